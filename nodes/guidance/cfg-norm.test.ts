import { expect, test } from "vitest";
import { extrapolate, scale } from "../../shared/tensor/index.ts";
import { callAt, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node } from "./cfg-norm.ts";

const { x, sigma } = golden;
const shape = [1, 2, 1, 2];
const strong = sample([3, 1, 4, 0], shape);
const run = (prediction: typeof x, values = {}) =>
  guided(node, { denoiser: denoiserOf(prediction), strong: denoiserOf(strong) }, values)(x, sigma, callAt());

test("a place that has grown is shrunk to the length of the strong prediction, another is left alone", async () => {
  const result = await run(sample([6, 0.5, 8, 0], shape));
  expect(distance(result, [3, 0.5, 4, 0])).toBeLessThan(1e-8);
  expect(distance(await run(sample([6, 0.5, 8, 0], shape), { strength: 2 }), scale(result, 2))).toBeLessThan(1e-12);
});

test("the strong prediction itself stays as it is, nothing stays nothing", async () => {
  expect(distance(await run(strong), strong)).toBeLessThan(1e-7);
  expect(distance(await run(sample([0, 0, 0, 0], shape)), [0, 0, 0, 0])).toBe(0);
  expect(distance(await run(extrapolate(strong, scale(strong, 2), 3)), strong)).toBeLessThan(1e-7);
});
