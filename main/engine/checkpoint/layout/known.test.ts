import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { knownNetworks } from "./known.ts";
import type { Layout } from "./layout.ts";

/** Digest of a network's keys and shapes, whatever their order. */
function digest(layout: Layout): string {
  const lines = [...layout].map(([key, shape]) => `${key}\t${shape.join("x")}`).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}

const millions = (layout: Layout) =>
  [...layout.values()].reduce((sum, shape) => sum + shape.reduce((product, side) => product * side, 1), 0) / 1e6;

// Tensors and millions of parameters as published; digests of the key lists of the published models themselves.
test.each([
  ["unet.sd1", 686, 859.52, "dfbce1d7211f50fd"],
  ["unet.sd2", 686, 865.91, "1d5e3921e6d05dc4"],
  ["unet.sdxl", 1680, 2567.46, "86fc99f0e4a12312"],
  ["unet.refiner", 1220, 2259.53, "4035533196380f49"],
  ["controlnet.sd1", 340, 361.28, "2938c747d15f57c5"],
  ["mmdit.sd3", 491, 2084.95, "8040774f3ca4e3bf"],
  ["mmdit.sd3.5-medium", 665, 2469.66, "e468cf8f370a505d"],
  ["mmdit.sd3.5-large", 923, 8146.28, "c0cca1cbbfb6e67b"],
  ["flux.dev", 780, 11901.41, "e8b90a1bef530ef5"],
  ["vae.4", 248, 83.65, "0e0c486bfb48a674"],
  ["vae.16", 244, 83.82, "231e609feec8fcf4"],
  ["clip.l", 196, 123.06, "9c18f1254662cce2"],
  ["clip.h", 293, 354.03, "a4833bed18072f2b"],
  ["clip.g", 389, 694.66, "3c96a821a76c730b"],
  ["clip.g-hf", 517, 694.66, "b00225c7f8775524"],
  ["t5", 219, 4762.31, "8db7c1890eed54b7"],
])("%s has the published keys and shapes", (name, tensors, size, expected) => {
  const layout = knownNetworks[name].layout();
  expect(layout.size).toBe(tensors);
  expect(millions(layout)).toBeCloseTo(size, 2);
  expect(digest(layout)).toBe(expected);
});
