import { expect, test } from "vitest";
import { fromNumbers, pullback, track } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { onImages, onLatents } from "../lib/rewards.ts";
import { numbers, problemsOf, rewardOf, valuesOf, wavy } from "../lib/rewardTesting.ts";
import { node as bySigma } from "./by-sigma.ts";
import { node as linear } from "./linear.ts";
import { node as quadratic } from "./quadratic.ts";
import { node as zerothOrder } from "./zeroth-order.ts";

const estimated = (black: object, pairs: number, distance = 0.1) =>
  rewardOf(zerothOrder, { black }, { pairs, distance, seed: 3n });

async function slope(reward: ReturnType<typeof estimated>, x: Tensor): Promise<Tensor> {
  const leaf = track(x);
  const value = await reward.value(leaf);
  return (await pullback(value, fromNumbers([1, 2], [2], "float64"), [leaf]))[0];
}

test("an estimated gradient is right on average, exactly with one value", async () => {
  const one = await slope(estimated(rewardOf(quadratic, {}, { point: [3] }), 1), numbers([1, 5], [2, 1, 1, 1]));
  expect(one.data[0]).toBeCloseTo(2, 9);
  expect(one.data[1]).toBeCloseTo(2 * -2, 9);
  const pairs = 2000;
  const weights = [1, -2, 0.5, 3];
  const many = await slope(estimated(rewardOf(linear, {}, { vector: weights }), pairs), wavy([2, 4, 1, 1]));
  const deviation = Math.hypot(...weights) / Math.sqrt(pairs);
  weights.forEach((weight, i) => void expect(Math.abs(many.data[i] - weight)).toBeLessThan(4 * deviation));
});

test("the value is the reward's own, and costs nothing more without a gradient", async () => {
  let calls = 0;
  const black = {
    ...onImages,
    differentiable: false,
    value: async (x: Tensor) => {
      calls += 1;
      return numbers(
        Array.from({ length: x.shape[0] }, (_, b) => Math.round(4 * x.data[b])),
        [x.shape[0]],
      );
    },
  };
  const reward = estimated(black, 5);
  expect(reward).toMatchObject({ on: "image", differentiable: true });
  expect(await valuesOf(reward, numbers([0.4, 0.9], [2, 1, 1, 1]))).toEqual([2, 4]);
  expect(calls).toBe(1);
  await slope(reward, numbers([0.4, 0.9], [2, 1, 1, 1]));
  expect(calls).toBe(1 + 1 + 10);
});

test("every gradient has directions of its own, the same in every run", async () => {
  const make = () => estimated(rewardOf(linear, {}, { vector: [1, 2, 3, 4] }), 1);
  const [first, second] = [make(), make()];
  const x = wavy([2, 4, 1, 1]);
  const [a, b, again] = [await slope(first, x), await slope(first, x), await slope(second, x)];
  expect(a.data).not.toEqual(b.data);
  expect(a.data).toEqual(again.data);
});

const level = (name: number) => ({
  ...onLatents,
  noiseAware: name > 1,
  value: async (x: Tensor, sigma?: number) => numbers([name + (sigma ?? 0) / 1000], [x.shape[0]]),
});

test("the noise level chooses the reward", async () => {
  const reward = rewardOf(bySigma, { rewards: [level(1), level(2), level(3)] }, { borders: [0.5, 4] });
  expect(reward).toMatchObject({ on: "latent", noiseAware: true, differentiable: true });
  const x = numbers([0], [1, 1, 1, 1]);
  const values = [];
  for (const sigma of [0, 0.4, 0.5, 3, 4, 100]) values.push((await valuesOf(reward, x, sigma))[0]);
  expect(values).toEqual([1, 1, 2.0005, 2.003, 3.004, 3.1]);
  expect(await valuesOf(reward, x)).toEqual([1]);
});

test.each([
  [[2, 1], "Borders must rise from low noise to high."],
  [[1], "There are 3 rewards and 1 borders. Give one border fewer than rewards."],
])("borders %s are refused", (borders, message) => {
  const rewards = [level(1), level(2), level(3)];
  expect(problemsOf(bySigma, { rewards }, { borders })).toEqual([message]);
  expect(() => bySigma.build!({ rewards }, { borders }, null as never)).toThrow(message);
});
