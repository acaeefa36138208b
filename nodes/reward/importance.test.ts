import { expect, test } from "vitest";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import {
  eightGaussians,
  linearReward,
  rewardOf,
  spreadOf,
  tiltedWeights,
  totalVariation,
  unconditional,
  walkEight,
} from "../lib/eightTesting.ts";
import { karrasLevels } from "../lib/samplerTesting.ts";
import { sample } from "../lib/testing.ts";
import { node } from "./importance.ts";

async function drawn(latent: Tensor, reward = linearReward([1, 0]), values: object = {}) {
  const metrics: Record<string, unknown> = {};
  const context = { metric: (name: string, value: unknown) => Object.assign(metrics, { [name]: value }) };
  const params = { strength: 1, count: 0, seed: 3n, seedMode: "fixed" as const, ...values };
  const outputs = await node.run!({ reward, latent, model: undefined }, params, context as never);
  return { ...(outputs as { latent: Tensor; number: Tensor; weights: Tensor }), ess: metrics.ess as number };
}

const pair = sample([0, 0, Math.log(3), 0], [2, 2, 1, 1]);

test("weights are in proportion to the exponential of strength times reward", async () => {
  expect(Array.from((await drawn(pair)).weights.data)).toEqual([expect.closeTo(0.25, 12), expect.closeTo(0.75, 12)]);
  const squared = await drawn(pair, undefined, { strength: 2 });
  expect(squared.weights.data[1]).toBeCloseTo(0.9, 12);
  expect(squared.ess).toBeCloseTo(1 / (0.01 + 0.81), 12);
});

test("each sample is drawn as often as its share, within one", async () => {
  for (const seed of [0n, 1n, 2n]) {
    const { latent, number } = await drawn(pair, undefined, { count: 103, seed });
    const second = number.data.filter((value) => value > 1).length;
    expect(Math.abs(second - 103 * 0.75)).toBeLessThan(1);
    expect(latent.shape).toEqual([103, 2, 1, 1]);
  }
});

test("strength 0 keeps every sample once, and seeds decide ties", async () => {
  const even = await drawn(pair, undefined, { strength: 0 });
  expect([even.latent.data, even.ess]).toEqual([pair.data, expect.closeTo(2, 12)]);
  const firsts = await Promise.all(
    Array.from({ length: 40 }, (_, seed) => drawn(pair, undefined, { strength: 0, count: 1, seed: BigInt(seed) })),
  );
  const share = firsts.filter(({ number }) => number.data[0] === 0).length / 40;
  expect(share).toBeGreaterThan(0.25);
  expect(share).toBeLessThan(0.75);
});

test("rewards without gradient will do, and huge ones do not overflow", async () => {
  const black = rewardOf(async ({ shape }) => sample([1e6, 1e6 + 700], [shape[0]]), { differentiable: false });
  const { weights, number } = await drawn(pair, black);
  expect(weights.data[1]).toBe(1);
  expect(Array.from(number.data)).toEqual([1e6 + 700, 1e6 + 700]);
});

test("eight Gaussians: four times as many points give the tilt itself", async () => {
  const pool = await walkEight(await unconditional(eightGaussians), {
    count: 8000,
    levels: karrasLevels(20, 20, 0.02),
  });
  const { latent, ess } = await drawn(pool, undefined, { count: 2000 });
  const { reward, shares, off } = spreadOf(latent);
  expect(Math.abs(reward - 1.436)).toBeLessThan(0.06);
  expect(totalVariation(shares, tiltedWeights)).toBeLessThan(0.05);
  expect(off).toBeLessThan(1.4);
  expect(Math.abs(ess / 8000 - 0.45)).toBeLessThan(0.05);
});
