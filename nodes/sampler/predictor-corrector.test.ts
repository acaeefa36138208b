import { expect, test } from "vitest";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { zeros } from "../../shared/tensor/index.ts";
import { gaussianOf, karrasLevels, noiseOf, sampled, varianceOf } from "../lib/samplerTesting.ts";
import { callAt, denoiserOf, distance, golden } from "../lib/testing.ts";
import { node } from "./predictor-corrector.ts";

const [strong, weak] = [gaussianOf(1), gaussianOf(2)];
const latent = zeros([8000, 1, 1, 1], "float64");
const walk = (values: object, steps = 200) =>
  sampled(
    node,
    { strong, weak, sigmas: karrasLevels(steps, 60, 0.01), noise: noiseOf(5), latent },
    { lowestSigma: 0, ...values },
  );

test("without corrections it is the conditional DDIM", async () => {
  const sigmas = karrasLevels(12, 10, 0.1);
  const inputs = { strong, weak, sigmas, noise: noiseOf(1), latent: golden.x };
  const { latent: last, path, reports } = await sampled(node, inputs, { corrections: 0, addNoise: false });
  let x = golden.x;
  for (let i = 0; i < 12; i++) x = eulerStep(x, await strong(x, sigmas[i], callAt()), sigmas[i], sigmas[i + 1]);
  expect(distance(last, x)).toBeLessThan(1e-12);
  expect(path.shape).toEqual([13, 1, 1, 2, 2]);
  expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i));
});

test("scale 1 is the stochastic conditional sampler and never asks the weak side", async () => {
  const refuse = denoiserOf(() => {
    throw new Error("asked");
  });
  const sigmas = karrasLevels(200, 60, 0.01);
  const { latent: last } = await sampled(
    node,
    { strong, weak: refuse, sigmas, noise: noiseOf(5), latent },
    { scale: 1, lowestSigma: 0 },
  );
  expect(varianceOf(last)).toBeCloseTo(1, 1);
});

test.each([
  [2, 0.583333],
  [3, 0.3875],
])("with one correction, scale %d has the variance of stochastic guidance", async (scale, variance) => {
  expect(Math.abs(varianceOf((await walk({ scale })).latent) / variance - 1)).toBeLessThan(0.06);
});

test("many corrections come to the sharpened distribution", async () => {
  const { latent: last } = await walk({ scale: 2, corrections: 8 }, 100);
  expect(Math.abs(varianceOf(last) / 0.5 - 1)).toBeLessThan(0.06);
});

test("a correction is one Langevin step, no larger than its level allows", async () => {
  const same = { initial: () => golden.x, between: () => golden.x, stream: () => () => golden.x };
  const [s, u] = [denoiserOf(golden.strong), denoiserOf(golden.weak)];
  const run = async (size: number) => {
    const inputs = { strong: s, weak: u, sigmas: [1.5, 1], noise: same, latent: golden.x };
    return (await sampled(node, inputs, { scale: 2, size, addNoise: false })).latent;
  };
  const by = (eta: number) => {
    const predicted = golden.strong.data.map((value, i) => value + (golden.x.data[i] - value) / 1.5);
    return [...predicted].map((value, i) => {
      const target = 3 * golden.strong.data[i] - 2 * golden.weak.data[i];
      return value + (eta / 2) * (target - value) + Math.sqrt(eta) * golden.x.data[i];
    });
  };
  expect(distance(await run(0.5), by(0.5 * 1.25))).toBeLessThan(1e-12);
  expect(distance(await run(4), by(1))).toBeLessThan(1e-12);
});

test("levels at or below the lowest are not corrected", async () => {
  const asked: number[] = [];
  const watched = denoiserOf((x, sigma) => {
    asked.push(sigma);
    return x;
  });
  const inputs = { strong, weak: watched, sigmas: [2, 1, 0.5, 0.25, 0], noise: noiseOf(1), latent: golden.x };
  await sampled(node, inputs, { lowestSigma: 0.5 });
  expect(asked).toEqual([1]);
});

test("rising or infinite sigmas are refused with a sentence", () => {
  const messages: string[] = [];
  const context = { facts: {} as never, problem: ({ message }: { message: string }) => void messages.push(message) };
  const params = { scale: () => 4, size: () => 1, corrections: 1, lowestSigma: 0, addNoise: true };
  for (const sigmas of [
    [1, 2],
    [Number.POSITIVE_INFINITY, 1],
  ]) {
    node.forecast!(
      { sigmas, strong: undefined, weak: undefined, noise: undefined, latent: undefined },
      params,
      context,
    );
  }
  expect(messages).toEqual([expect.stringContaining("do not fall"), expect.stringContaining("t = 0.999")]);
});
