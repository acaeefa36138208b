import { expect, test } from "vitest";
import { onImages, onLatents } from "../lib/rewards.ts";
import { expectGradient, numbers, problemsOf, rewardOf, valuesOf, wavy } from "../lib/rewardTesting.ts";
import { node as contrast } from "./contrast.ts";
import { node } from "./expression.ts";

const none = { rewards: [], tensors: [], numbers: [] };

test("a formula of the image, tensors, numbers and rewards", async () => {
  const image = numbers([0.2, 0.4, 0.6, 0.8, 0, 1], [1, 3, 1, 2]);
  const rewards = [{ ...onImages, value: async () => numbers([3], [1]) }];
  const reward = rewardOf(
    node,
    { rewards, tensors: [numbers([0.5], [1, 1, 1, 1])], numbers: [numbers([2], [1])] },
    { expression: "r1 * n1 - sum((red(x) - t1)^2) + sigma", on: "image" },
  );
  expect((await valuesOf(reward, image))[0]).toBeCloseTo(6 - 0.09 - 0.01, 12);
});

test("only rewards that the formula names are asked", async () => {
  const dear = { ...onImages, value: () => Promise.reject(new Error("asked")) };
  const reward = rewardOf(node, { ...none, rewards: [dear] }, { expression: "2", on: "image" });
  expect(await valuesOf(reward, wavy([3, 3, 1, 1]))).toEqual([2, 2, 2]);
});

test("noise levels reach noise-aware rewards and the formula", async () => {
  const aware = {
    ...onLatents,
    noiseAware: true,
    value: async (x: { shape: readonly number[] }, sigma = 0) =>
      numbers(new Array(x.shape[0]).fill(sigma * 10), [x.shape[0]]),
  };
  const reward = rewardOf(node, { ...none, rewards: [aware] }, { expression: "r1 + sigma", on: "latent" });
  expect(reward.noiseAware).toBe(true);
  expect(await valuesOf(reward, wavy([1, 4, 1, 1]), 0.5)).toEqual([5.5]);
});

test("a formula of latents that names the noise level takes noisy ones", async () => {
  const reward = rewardOf(node, none, { expression: "mean(x) / (1 + sigma)", on: "latent" });
  expect(reward).toMatchObject({ on: "latent", noiseAware: true });
  expect(await valuesOf(reward, numbers([3], [1, 1, 1, 1]), 0.5)).toEqual([2]);
});

test("the gradient passes through the formula and its rewards", async () => {
  const rewards = [rewardOf(contrast, {}, { target: null })];
  const inputs = { ...none, rewards, tensors: [wavy([1, 1, 2, 2], 5)] };
  const expression = "r1 * mean(x ^ 2) - std(blur(x, 0.8) - t1)";
  await expectGradient(rewardOf(node, inputs, { expression, on: "image" }), wavy([2, 3, 4, 4]));
});

test.each([
  ["mean(x", [], "The expression ends where “)” belongs."],
  ["mean(r2)", [onImages], "There is no “r2” here. There are x, sigma, r1, pi, e."],
  ["r1", [onLatents], "These rewards score latents, but x is an image. Set “x is” to the same."],
])("refused while planning: %s", (expression, rewards, message) => {
  expect(problemsOf(node, { ...none, rewards }, { expression, on: "image" })).toEqual([message]);
});

test("a result that is not one number a sample", async () => {
  const reward = rewardOf(node, none, { expression: "x", on: "image" });
  await expect(reward.value(wavy([1, 3, 2, 2]))).rejects.toThrow("Put mean(…) around it.");
});
