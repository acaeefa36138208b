import { expect, test } from "vitest";
import { full, zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { gaussianOf, noiseOf, sampled, varianceOf } from "../lib/samplerTesting.ts";
import { denoiserOf, distance, sample } from "../lib/testing.ts";
import { node } from "./bayesian-flow.ts";

const many = zeros([8000, 1, 1, 1], "float64");
function meanOf({ data }: Tensor): number {
  let total = 0;
  for (const value of data) total += value;
  return total / data.length;
}

test("under a constant prediction the belief has mean c (1 − v) and variance (1 − v) v", async () => {
  const variance = 0.1;
  const denoiser = denoiserOf((x) => full(x.shape, 3, "float64"));
  const latent = full(many.shape, 3, "float64");
  const values = { steps: 10, leastVariance: variance };
  // The first observation is of the latent; with the same constant there, all observations are alike.
  const { outputs } = await sampled(node, { denoiser, noise: noiseOf(2), latent }, values);
  const centred = outputs.mean.data.map((value) => value - 3);
  expect(meanOf(outputs.mean)).toBeCloseTo(3, 1);
  expect(Math.abs(varianceOf({ data: centred, shape: [1] }) / (variance * (1 - variance)) - 1)).toBeLessThan(0.05);
  expect(distance(outputs.latent, latent)).toBe(0);
});

test("from an empty latent the mean is short of the constant by what the first belief weighs", async () => {
  const quiet = {
    initial: () => many,
    between: () => many,
    stream: () => (like: typeof many) => zeros(like.shape, "float64"),
  };
  const denoiser = denoiserOf((x) => full(x.shape, 3, "float64"));
  const latent = zeros([1, 1, 1, 1], "float64");
  const { outputs } = await sampled(node, { denoiser, noise: quiet, latent }, { steps: 2, leastVariance: 0.01 });
  // Precisions 1, 10, 100: the first observation is 0 with 9, the second 3 with 90.
  expect(outputs.mean.data[0]).toBeCloseTo((3 * 90) / 100, 12);
});

test("data of variance 1 comes out with variance 1", async () => {
  const { latent } = await sampled(node, { denoiser: gaussianOf(1), noise: noiseOf(3), latent: many }, { steps: 200 });
  expect(varianceOf(latent)).toBeCloseTo(1, 1);
});

test("the denoiser sees data plus noise of the level it is told", async () => {
  const seen: number[] = [];
  const denoiser = denoiserOf((x, sigma) => {
    seen.push(varianceOf({ data: x.data.map((value) => value - 2), shape: [1] }) / sigma ** 2);
    return full(x.shape, 2, "float64");
  });
  const latent = full(many.shape, 2, "float64");
  await sampled(node, { denoiser, noise: noiseOf(4), latent }, { steps: 6 });
  for (const ratio of seen) expect(ratio).toBeCloseTo(1, 1);
  expect(seen).toHaveLength(6);
});

test("predictions are kept inside the clip", async () => {
  const denoiser = denoiserOf(sample([5, -5, 0.3, -0.2]));
  const inputs = { denoiser, noise: noiseOf(1), latent: zeros([1, 1, 2, 2], "float64") };
  expect([...(await sampled(node, inputs, { clip: 1 })).latent.data]).toEqual([1, -1, 0.3, -0.2]);
});
