import { expect, test } from "vitest";
import { abs, concatRows, extrapolate } from "../../shared/tensor/index.ts";
import { callAt, denoiserOf, distance, golden, guided } from "../lib/testing.ts";
import { node } from "./dynamic-threshold.ts";

const { x, sigma, strong, weak } = golden;
const cfg = extrapolate(weak, strong, 4);
const run = (prediction: typeof x, values: Record<string, number>) =>
  guided(node, { denoiser: denoiserOf(prediction) }, values)(x, sigma, callAt());

test("golden vector", async () => {
  expect(distance(await run(cfg, { quantile: 0.75 }), [1, 0.119403, -0.656716, 0.776119])).toBeLessThan(1e-6);
});

test("values keep to the bound, and predictions that keep to it are left alone", async () => {
  for (const bound of [0.5, 1, 2]) {
    for (const value of abs(await run(cfg, { quantile: 0.5, bound })).data) expect(value).toBeLessThanOrEqual(bound);
  }
  expect(distance(await run(cfg, { quantile: 0.5, bound: 3 }), cfg)).toBe(0);
  expect(distance(await run(strong, { quantile: 0.995 }), strong)).toBe(0);
});

test("each sample has a threshold of its own", async () => {
  const both = await run(concatRows([cfg, strong]), { quantile: 1 });
  expect(distance(both, concatRows([await run(cfg, { quantile: 1 }), strong]))).toBe(0);
});
