import { expect, test } from "vitest";
import type { AnyNode } from "../../shared/node/define.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { dot, full, norm, zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import {
  eightGaussians,
  linearReward,
  lineModel,
  quadraticReward,
  rewardOf,
  spreadOf,
  unconditional,
} from "../lib/eightTesting.ts";
import { gaussianOf, karrasLevels, noiseOf, sampled } from "../lib/samplerTesting.ts";
import { callAt, denoiserOf, distance } from "../lib/testing.ts";
import { node } from "./noise-optimisation.ts";

const tested: AnyNode = {
  ...node,
  run: (inputs, params, context) => node.run!(inputs, params, { ...context, metric: () => {}, plot: () => {} }),
};

const sigmas = karrasLevels(6, 10, 0.1);
/** Noise from its beginning. */
const fresh = () => noiseOf(4);
const latent = zeros([3, 4, 1, 1], "float64");
const plain = { optimiser: "descent", regularise: 0, clip: 0 };
const first = fresh().initial(latent.shape, "float64");

/** What the noise of a Gaussian of variance 2 is multiplied by on its way to the end. */
const factor = sigmas.slice(0, -1).reduce((product, sigma, i) => {
  const share = 2 / (2 + sigma ** 2);
  return product * (share + (sigmas[i + 1] / sigma) * (1 - share));
}, sigmas[0]);

test("without iterations it is Euler", async () => {
  const denoiser = await unconditional(lineModel([0.5, 0.5], [-1, 1], [0.1, 0.1]));
  const line = zeros([3, 1, 1, 1], "float64");
  const reward = linearReward([1]);
  const { latent: end, outputs } = await sampled(
    tested,
    { denoiser, reward, sigmas, noise: fresh(), latent: line },
    { iterations: 0 },
  );
  let x: Tensor = {
    data: fresh()
      .initial([3, 1, 1, 1], "float64")
      .data.map((v) => v * sigmas[0]),
    shape: [3, 1, 1, 1],
  };
  for (let i = 0; i + 1 < sigmas.length; i++)
    x = eulerStep(x, await denoiser(x, sigmas[i], callAt()), sigmas[i], sigmas[i + 1]);
  expect(distance(end, x)).toBeLessThan(1e-12);
  expect(distance(outputs.number, x.data as unknown as number[])).toBeLessThan(1e-12);
});

test("a step of descent moves the noise by the gradient through all steps", async () => {
  const a = [1, -2, 0.5, 0];
  const inputs = { denoiser: gaussianOf(2), reward: linearReward(a), sigmas, latent };
  const { latent: end } = await sampled(tested, { ...inputs, noise: fresh() }, { ...plain, iterations: 1, rate: 0.3 });
  for (const [i, value] of end.data.entries()) {
    expect(value).toBeCloseTo(factor * (first.data[i] + 0.3 * factor * a[i % 4]), 10);
  }
});

test("the last steps alone change what is left of the noise", async () => {
  const a = [1, -2, 0.5, 0];
  const inputs = { denoiser: gaussianOf(2), reward: linearReward(a), sigmas, latent };
  const { latent: end } = await sampled(
    tested,
    { ...inputs, noise: fresh() },
    { ...plain, iterations: 1, rate: 0.3, lastSteps: 1 },
  );
  const [sigma] = sigmas.slice(-2);
  const own = (sigma * 2) / (2 + sigma ** 2);
  for (const [i, value] of end.data.entries()) {
    expect(value).toBeCloseTo(factor * first.data[i] + 0.3 * own ** 2 * a[i % 4], 10);
  }
});

test("the gradient is cut to the longest allowed, sample by sample", async () => {
  const inputs = { denoiser: gaussianOf(2), reward: linearReward([30, -40, 0, 0]), sigmas, latent };
  const { latent: end } = await sampled(
    tested,
    { ...inputs, noise: fresh() },
    { ...plain, iterations: 1, rate: 2, clip: 0.1 },
  );
  const moved = [0.12, -0.16, 0, 0];
  for (const [i, value] of end.data.entries()) {
    expect(value).toBeCloseTo(factor * (first.data[i] + moved[i % 4]), 10);
  }
});

test.each(["descent", "momentum", "nesterov", "adam"])(
  "%s raises the reward, and the best is what comes out",
  async (optimiser) => {
    const reward = quadraticReward([1, 2, -1, 0], 1);
    const inputs = { denoiser: gaussianOf(2), reward, sigmas, latent };
    const before = (await sampled(tested, { ...inputs, noise: fresh() }, { iterations: 0 })).outputs.number;
    const values = { ...plain, optimiser, iterations: 25, rate: optimiser === "adam" ? 0.1 : 0.05 };
    const { outputs } = await sampled(tested, { ...inputs, noise: fresh() }, values);
    for (const [b, value] of outputs.number.data.entries()) expect(value).toBeGreaterThan(0.5 * before.data[b]);
    expect(distance(await reward.value(outputs.latent), outputs.number)).toBe(0);
    // A rate that only makes it worse leaves the first picture.
    const worse = await sampled(
      tested,
      { ...inputs, noise: fresh() },
      { ...plain, optimiser: "descent", iterations: 3, rate: 50 },
    );
    expect(distance(worse.outputs.number, before)).toBe(0);
  },
);

test("without a reward's slope the length settles at √(d − 1); kept, it stays", async () => {
  const ends: Tensor[] = [];
  const rising = rewardOf(async ({ shape }) => full([shape[0]], ends.length, "float64"));
  const denoiser = denoiserOf((x) => {
    ends.push(x);
    return x;
  });
  const inputs = { denoiser, reward: rising, sigmas: [2, 0], latent };
  const { latent: settled } = await sampled(
    tested,
    { ...inputs, noise: fresh() },
    { ...plain, iterations: 300, rate: 0.1, regularise: 1 },
  );
  for (const length of norm(settled).data) expect(length / 2).toBeCloseTo(Math.sqrt(3), 6);
  const steep = rewardOf(async (x) => dot(x, x));
  const held = await sampled(
    tested,
    { ...inputs, noise: fresh(), reward: steep },
    { ...plain, iterations: 5, rate: 1, keepLength: true },
  );
  for (const [b, length] of norm(held.latent).data.entries()) expect(length).toBeCloseTo(2 * norm(first).data[b], 10);
});

test("eight Gaussians: left alone it leaves the modes; with its length kept it seeks the best one", async () => {
  const denoiser = await unconditional(eightGaussians);
  const points = zeros([200, 2, 1, 1], "float64");
  const levels = karrasLevels(12, 20, 0.02);
  const inputs = { denoiser, reward: linearReward([1, 0]), sigmas: levels, latent: points };
  const values = { optimiser: "momentum", iterations: 30, rate: 0.3, clip: 0.1, regularise: 0 };
  const free = spreadOf((await sampled(tested, { ...inputs, noise: fresh() }, values)).latent);
  expect(free.reward).toBeGreaterThan(2.4);
  expect(free.off).toBeGreaterThan(3);
  const kept = spreadOf((await sampled(tested, { ...inputs, noise: fresh() }, { ...values, keepLength: true })).latent);
  expect(Math.abs(kept.reward - 1.98)).toBeLessThan(0.1);
  expect(kept.off).toBeLessThan(1.1);
});

test("a cancelled run stops at the next iteration", async () => {
  let steps = 0;
  const context = {
    metric: () => {},
    plot: () => {},
    step: async () => {
      steps += 1;
      if (steps === 3) throw new Error("cancelled");
    },
  };
  const params = {
    ...plain,
    optimiser: "adam" as const,
    iterations: 50,
    rate: 0.1,
    momentum: 0.9,
    lastSteps: 0,
    keepLength: false,
  };
  const inputs = {
    denoiser: gaussianOf(2),
    reward: linearReward([1, 0, 0, 0]),
    sigmas,
    latent,
    model: undefined,
  };
  await expect(node.run!({ ...inputs, noise: fresh() }, params, context as never)).rejects.toThrow("cancelled");
  expect(steps).toBe(3);
});
