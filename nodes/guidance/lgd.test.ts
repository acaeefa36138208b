import { expect, test } from "vitest";
import { sub } from "../../shared/tensor/index.ts";
import {
  eightGaussians,
  linearReward,
  lineModel,
  quadraticReward,
  spreadOf,
  totalVariation,
  unconditional,
  walkEight,
} from "../lib/eightTesting.ts";
import { noiseOf } from "../lib/samplerTesting.ts";
import { callAt, distance, guided, sample } from "../lib/testing.ts";
import { node as dps } from "./dps.ts";
import { node } from "./lgd.ts";

const line = await unconditional(lineModel([0.7, 0.3], [-1, 2], [0.25, 0.16]));
const noisy = () => callAt({ noise: noiseOf(5).stream("draws") });

test.each([
  [0.8, 1, 1.67103],
  [0.8, 0.3, 0.170552],
  [0.8, 3, 2.251486],
  [0.2, 1, 1.948108],
])("golden shifts of a quadratic reward at x %f, sigma %f", async (at, sigma, expected) => {
  const x = sample([at], [1, 1, 1, 1]);
  const inputs = { denoiser: line, reward: quadraticReward([1.5], 2) };
  const result = await guided(node, inputs, { draws: 8192 })(x, sigma, noisy());
  const shift = sub(result, await line(x, sigma, callAt())).data[0];
  expect(Math.abs(shift - expected)).toBeLessThan(0.03 * expected);
});

test("for one Gaussian of the spread a quadratic reward is exact in the limit", async () => {
  const one = await unconditional(lineModel([1], [0.5], [0.3]));
  const tilted = await unconditional(lineModel([1], [(0.5 + 2 * 0.3 * 1.5) / 1.6], [0.3 / 1.6]));
  const x = sample([-0.4], [1, 1, 1, 1]);
  const inputs = { denoiser: one, reward: quadraticReward([1.5], 2) };
  const result = await guided(node, inputs, { draws: 8192, spread: Math.sqrt(0.3) })(x, 1, noisy());
  expect(Math.abs(result.data[0] - (await tilted(x, 1, callAt())).data[0])).toBeLessThan(0.01);
});

test("a linear reward is not changed by averaging, and radius 0 is DPS", async () => {
  const x = sample([0.8, -0.3], [2, 1, 1, 1]);
  for (const [reward, radius] of [
    [linearReward([1.5]), 1],
    [quadraticReward([1.5], 2), 0],
  ] as const) {
    const inputs = { denoiser: line, reward };
    const averaged = await guided(node, inputs, { radius, strength: 0.7 })(x, 1, noisy());
    const plain = await guided(dps, inputs, { strength: 0.7 })(x, 1, callAt());
    expect(distance(averaged, plain)).toBeLessThan(1e-12);
  }
});

test("a high temperature averages evenly, a low one takes the best copy", async () => {
  const x = sample([0.8], [1, 1, 1, 1]);
  const inputs = { denoiser: line, reward: quadraticReward([1.5], 2) };
  const even = await guided(node, inputs, { draws: 2048, temperature: 1e5 })(x, 1, noisy());
  // The mean slope of a quadratic is its slope at the mean: DPS.
  expect(Math.abs(even.data[0] - (await guided(dps, inputs, {})(x, 1, callAt())).data[0])).toBeLessThan(0.15);
  const best = await guided(node, inputs, { draws: 2048, temperature: 0.001 })(x, 1, noisy());
  expect(Math.abs(sub(best, await line(x, 1, callAt())).data[0])).toBeLessThan(0.1);
});

test("eight Gaussians: most of the over-strength of a curved reward is gone", async () => {
  const denoiser = await unconditional(eightGaussians);
  const inputs = { denoiser, reward: quadraticReward([2, 0], 1) };
  const { shares } = spreadOf(await walkEight(guided(node, inputs, { draws: 24 }), { count: 600 }));
  const weights = Array.from({ length: 8 }, (_, k) => Math.exp(-(4 - 4 * Math.cos((k * Math.PI) / 4)) / 1.04));
  const total = weights.reduce((sum, one) => sum + one, 0);
  const exact = weights.map((one) => one / total);
  expect(exact[0]).toBeCloseTo(0.59, 2);
  expect(Math.abs(totalVariation(shares, exact) - 0.133)).toBeLessThan(0.06);
});
