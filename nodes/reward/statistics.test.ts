import { expect, test } from "vitest";
import type { AnyNode } from "../../shared/node/define.ts";
import { expectGradient, numbers, rewardOf, valuesOf, wavy } from "../lib/rewardTesting.ts";
import { node as brightness } from "./brightness.ts";
import { node as contrast } from "./contrast.ts";
import { node as saturation } from "./saturation.ts";
import { node as sharpness } from "./sharpness.ts";
import { node as symmetry } from "./symmetry.ts";
import { node as totalVariation } from "./total-variation.ts";

/** A picture of two columns. */
const two = (left: number[], right: number[]) =>
  numbers(
    [0, 1, 2].flatMap((c) => [left[c], right[c]]),
    [1, 3, 1, 2],
  );
const greys = (...values: number[]) => numbers([...values, ...values, ...values], [1, 3, 1, values.length]);

test.each<[string, AnyNode, object, ReturnType<typeof two>, number]>([
  ["saturation of red beside grey", saturation, { target: null }, two([1, 0, 0], [0.4, 0.4, 0.4]), Math.sqrt(6) / 6],
  ["saturation towards a target", saturation, { target: 0.5 }, greys(0.3, 0.9), -0.25],
  ["brightness", brightness, { target: null }, two([1, 0, 0], [0, 1, 1]), 0.5],
  ["brightness towards a target", brightness, { target: 0.2 }, greys(0.3, 0.5), -0.04],
  ["contrast of black and white", contrast, { target: null }, greys(0, 1), 0.5],
  ["contrast towards a target", contrast, { target: 0.1 }, greys(0, 1), -0.16],
  // Second differences of 0, 1, 0, mirrored: 2, −2, 2.
  ["sharpness of a line", sharpness, { target: null }, greys(0, 1, 0), 4],
  ["sharpness up to a target", sharpness, { target: 3 }, greys(0, 1, 0), 3],
  ["total variation of a step", totalVariation, {}, greys(0, 1, 1), -1 / 3],
  ["symmetry of a step", symmetry, { axis: "sides" }, greys(0, 1), -1],
  ["symmetry of equal rows", symmetry, { axis: "ends" }, greys(0, 1), -0],
])("%s", async (_name, node, params, image, value) => {
  expect((await valuesOf(rewardOf(node, {}, params), image))[0]).toBeCloseTo(value, 12);
});

test("brightness under a mask", async () => {
  const reward = rewardOf(brightness, { mask: numbers([0, 1], [1, 1, 1, 2]) }, { target: null });
  expect((await valuesOf(reward, greys(0.3, 0.6)))[0]).toBeCloseTo(0.6, 12);
});

test("latents are no pictures", async () => {
  const reward = rewardOf(contrast, {}, { target: null });
  await expect(reward.value(wavy([1, 4, 2, 2]))).rejects.toThrow("A picture has 3 colours, but this is 1 × 4 × 2 × 2.");
});

test.each<[string, AnyNode, object]>([
  ["saturation", saturation, { target: 0.3 }],
  ["brightness", brightness, { target: 0.1 }],
  ["contrast", contrast, { target: null }],
  ["sharpness", sharpness, { target: null }],
  ["total-variation", totalVariation, {}],
  ["symmetry", symmetry, { axis: "sides" }],
])("the gradient of %s", async (_name, node, params) => {
  await expectGradient(rewardOf(node, {}, params), wavy([2, 3, 4, 5], 2));
});
