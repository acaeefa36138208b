import { expect, test } from "vitest";
import { full } from "../../shared/tensor/index.ts";
import {
  counted,
  eightGaussians,
  lineModel,
  quadraticReward,
  rewardOf,
  spreadOf,
  unconditional,
  walkEight,
} from "../lib/eightTesting.ts";
import { callAt, distance, guided, sample } from "../lib/testing.ts";
import { node as dps } from "./dps.ts";
import { node } from "./universal.ts";

const one = await unconditional(lineModel([1], [0.5], [0.3]));
const reward = quadraticReward([1.5], 2);
const inputs = { denoiser: one, reward };
const x = sample([-0.4, 1.1], [2, 1, 1, 1]);

test("forward alone is DPS", async () => {
  const result = await guided(node, inputs, { forward: 0.7 })(x, 1, callAt());
  expect(distance(result, await guided(dps, inputs, { strength: 0.7 })(x, 1, callAt()))).toBe(0);
});

test.each([0.2, 1, 5])(
  "backward to the end, with full proximity, is exact for one Gaussian at sigma %f",
  async (sigma) => {
    const tilted = await unconditional(lineModel([1], [(0.5 + 2 * 0.3 * 1.5) / 1.6], [0.3 / 1.6]));
    const values = { forward: 0, steps: 200, rate: 0.3, optimiser: "descent", proximity: 1, spread: Math.sqrt(0.3) };
    const result = await guided(node, inputs, values)(x, sigma, callAt());
    expect(distance(result, await tilted(x, sigma, callAt()))).toBeLessThan(1e-10);
  },
);

test("without proximity gradient descent closes the same share of the way in each step", async () => {
  const plain = await one(x, 1, callAt());
  const values = { forward: 0, steps: 3, rate: 0.1, optimiser: "descent" };
  const result = await guided(node, inputs, values)(x, 1, callAt());
  for (const [b, before] of plain.data.entries()) {
    expect(result.data[b]).toBeCloseTo(1.5 + (before - 1.5) * 0.8 ** 3, 12);
  }
});

test("Adam moves every element by about the rate, whatever the reward's scale", async () => {
  const plain = await one(x, 1, callAt());
  for (const kappa of [1e-3, 1e3]) {
    const guide = guided(
      node,
      { denoiser: one, reward: quadraticReward([9], kappa) },
      { forward: 0, steps: 5, rate: 0.01 },
    );
    const { data } = await guide(x, 1, callAt());
    for (const [b, before] of plain.data.entries()) expect(data[b] - before).toBeCloseTo(0.05, 3);
  }
});

test("the reward rises in every backward step with any optimiser", async () => {
  for (const optimiser of ["descent", "momentum", "nesterov", "adam"]) {
    let before = Number.NEGATIVE_INFINITY;
    for (const steps of [0, 1, 2, 4]) {
      const guide = guided(node, inputs, { forward: 0, steps, rate: 0.02, optimiser });
      const { data } = await reward.value(await guide(x, 1, callAt()));
      expect(data[0]).toBeGreaterThan(before);
      before = data[0];
    }
  }
});

test("with both off nothing is asked; a constant reward pushes nowhere", async () => {
  const asking = counted(reward);
  const off = guided(node, { denoiser: one, reward: asking }, { forward: 0 });
  expect([await off(x, 1, callAt()), asking.asked]).toEqual([await one(x, 1, callAt()), 0]);
  const constant = rewardOf(async (at) => full([at.shape[0]], 2, "float64"));
  const still = guided(node, { denoiser: one, reward: constant }, { steps: 3 });
  expect(distance(await still(x, 1, callAt()), await one(x, 1, callAt()))).toBe(0);
});

test("eight Gaussians: many backward steps collapse onto the best point, as the documentation warns", async () => {
  const denoiser = await unconditional(eightGaussians);
  const values = { forward: 0, steps: 10, rate: 0.1, optimiser: "descent" };
  const collapsing = { denoiser, reward: quadraticReward([2, 0], 1) };
  const { shares, off } = spreadOf(await walkEight(guided(node, collapsing, values), { count: 300 }));
  expect(shares[0]).toBeGreaterThan(0.99);
  expect(Math.abs(off - 0.18)).toBeLessThan(0.1);
});
