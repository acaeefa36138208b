import { expect, test } from "vitest";
import { dot, full, sub } from "../../shared/tensor/index.ts";
import {
  counted,
  eightGaussians,
  linearReward,
  lineModel,
  quadraticReward,
  rewardOf,
  rmsOf,
  spreadOf,
  unconditional,
  walkEight,
} from "../lib/eightTesting.ts";
import { callAt, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node } from "./mpgd.ts";

const one = await unconditional(lineModel([1], [0.5], [0.3]));
const linear = linearReward([1.5]);
const x = sample([-0.4], [1, 1, 1, 1]);

test("by covariance, with the noise recomputed, one Gaussian and a linear reward are exact", async () => {
  const tilted = await unconditional(lineModel([1], [0.5 + 1.5 * 0.3], [0.3]));
  const values = { strength: 1, length: "covariance", noise: "recomputed", spread: Math.sqrt(0.3) };
  for (const sigma of [0.1, 1, 10]) {
    const result = await guided(node, { denoiser: one, reward: linear }, values)(x, sigma, callAt());
    expect(distance(result, await tilted(x, sigma, callAt()))).toBeLessThan(1e-12);
  }
});

test("kept noise moves the step by the push; recomputed noise by 1 − next / sigma of it", async () => {
  const call = callAt({ sigma: 2, next: 0.5, sigmas: [2, 0.5] });
  const plain = await one(x, 2, call);
  const shift = async (noise: string) => {
    const guide = guided(node, { denoiser: one, reward: linear }, { strength: 0.4, length: "plain", noise });
    return sub(await guide(x, 2, call), plain).data[0] * (1 - 0.5 / 2);
  };
  expect(await shift("kept")).toBeCloseTo(0.4 * 1.5, 12);
  expect(await shift("recomputed")).toBeCloseTo(0.4 * 1.5 * 0.75, 12);
});

test("a relative push is as long as guidance, whatever the reward's scale", async () => {
  const weak = denoiserOf(golden.weak);
  const strong = denoiserOf(golden.strong);
  const along = rewardOf(async (at) => dot(at, at));
  const steep = rewardOf(async (at) => dot(full(at.shape, 1000, "float64"), at));
  const call = callAt();
  const pushed = async (reward: typeof along, inputs: object) => {
    const guide = guided(node, { denoiser: strong, reward, ...inputs }, { strength: 2, noise: "recomputed" });
    return rmsOf(sub(await guide(golden.x, golden.sigma, call), golden.strong));
  };
  const expected = (2 * rmsOf(sub(golden.strong, golden.weak))) / golden.sigma;
  for (const reward of [along, steep]) expect(await pushed(reward, { weak })).toBeCloseTo(expected, 12);
  const fallback = (0.2 * rmsOf(sub(golden.x, golden.strong))) / golden.sigma;
  expect(await pushed(along, {})).toBeCloseTo(fallback, 12);
});

test("strength 0 asks neither reward nor weak side; a constant reward pushes nowhere", async () => {
  const reward = counted(linear);
  const off = guided(node, { denoiser: one, reward, weak: one }, { strength: 0 });
  expect(await off(x, 1, callAt())).toEqual(await one(x, 1, callAt()));
  expect([reward.asked, off.asked().weak]).toEqual([0, 0]);
  const constant = rewardOf(async (at) => full([at.shape[0]], 2, "float64"));
  expect(
    distance(await guided(node, { denoiser: one, reward: constant })(x, 1, callAt()), await one(x, 1, callAt())),
  ).toBe(0);
});

test("eight Gaussians: as much reward as through the network, but off the modes", async () => {
  const denoiser = await unconditional(eightGaussians);
  const inputs = { denoiser, reward: linearReward([1, 0]) };
  // Variance of a coordinate: 2² / 2 + 0.2².
  const values = { strength: 1, length: "covariance", noise: "recomputed", spread: Math.sqrt(2.04) };
  const { reward, off } = spreadOf(await walkEight(guided(node, inputs, values)));
  expect(Math.abs(reward - 1.492)).toBeLessThan(0.06);
  expect(Math.abs(off - 1.77)).toBeLessThan(0.1);
  const ancestral = spreadOf(await walkEight(guided(node, inputs, values), { sampler: "euler_ancestral" }));
  expect(Math.abs(ancestral.off - 1.36)).toBeLessThan(0.1);
  const curved = { denoiser, reward: quadraticReward([2, 0], 1) };
  expect(spreadOf(await walkEight(guided(node, curved, values), { count: 500 })).shares[0]).toBeGreaterThan(0.7);
});
