import { expect, test } from "vitest";
import type { AnyNode } from "../../shared/node/define.ts";
import { affine } from "../../shared/tensor/index.ts";
import { onImages, onLatents } from "../lib/rewards.ts";
import { expectGradient, numbers, problemsOf, rewardOf, valuesOf, wavy } from "../lib/rewardTesting.ts";
import { node as brightness } from "./brightness.ts";
import { node as decoded } from "./decoded.ts";
import { node as jpegSize } from "./jpeg-size.ts";
import { node as linear } from "./linear.ts";
import { node as minimum } from "./minimum.ts";
import { node as product } from "./product.ts";
import { node as quadratic } from "./quadratic.ts";
import { node as sum } from "./sum.ts";

const first = rewardOf(linear, {}, { vector: [1, 0] });
const second = rewardOf(linear, {}, { vector: [0, 1] });
const rewards = [first, second];
const x = numbers([2, 5, 3, -1], [2, 2, 1, 1]);

test.each<[string, AnyNode, object, number[]]>([
  ["sum", sum, { weights: [] }, [7, 2]],
  ["weighted sum", sum, { weights: [-1, 0.5] }, [0.5, -3.5]],
  ["one weight missing", sum, { weights: [2] }, [9, 5]],
  ["minimum", minimum, { softness: 0 }, [2, -1]],
  ["soft minimum", minimum, { softness: 2 }, [2 - 2 * Math.log1p(Math.exp(-1.5)), -1 - 2 * Math.log1p(Math.exp(-2))]],
  ["product", product, {}, [10, -3]],
])("%s", async (_name, node, params, values) => {
  const got = await valuesOf(rewardOf(node, { rewards }, params), x);
  for (const [b, value] of values.entries()) expect(got[b]).toBeCloseTo(value, 12);
});

test("a soft minimum is finite for rewards of any size", async () => {
  const far = [first, rewardOf(linear, {}, { vector: [1e6, 0] })];
  expect((await valuesOf(rewardOf(minimum, { rewards: far }, { softness: 0.01 }), x))[0]).toBe(2);
});

test("points and directions as tensors, for all samples or for each", async () => {
  const target = numbers([2, 4, 0, 0], [2, 2, 1, 1]);
  expect(await valuesOf(rewardOf(quadratic, { target }, { point: [0] }), x)).toEqual([-0.5, -5]);
  expect(await valuesOf(rewardOf(quadratic, {}, { point: [1] }), x)).toEqual([-8.5, -4]);
  const direction = numbers([2, 3], [1, 2]);
  expect(await valuesOf(rewardOf(linear, { direction }, { vector: [] }), x)).toEqual([19, 3]);
  await expect(rewardOf(linear, {}, { vector: [1, 2, 3] }).value(x)).rejects.toThrow(
    "3 numbers are given for samples of 2 × 1 × 1. Give one, or 2.",
  );
});

test("a reward of images as one of latents", async () => {
  const image = rewardOf(brightness, {}, { target: null });
  const model = { info: {}, decode: async (latent: typeof x) => affine(latent, 0.5, 0.5) };
  const reward = rewardOf(decoded, { model, image });
  expect(reward).toMatchObject(onLatents);
  expect((await valuesOf(reward, numbers([0.2, 0.2, 0.2], [1, 3, 1, 1])))[0]).toBeCloseTo(0.6, 12);
  await expectGradient(reward, wavy([2, 3, 2, 2]));
  expect(problemsOf(decoded, { image: onLatents })).toEqual([
    "This reward scores latents already. Use it without decoding.",
  ]);
});

test("refused while planning: none, and both kinds together", () => {
  expect(problemsOf(sum, { rewards: [] }, { weights: [] })).toEqual(["There is no reward. Connect one or more."]);
  const mixed = { rewards: [onImages, onLatents] };
  const message = "Some of these rewards score images and some latents. Put a “Decoded reward” before those of images.";
  for (const node of [minimum, product] as AnyNode[]) expect(problemsOf(node, mixed)).toEqual([message]);
  expect(problemsOf(sum, { rewards }, { weights: [1, 2, 3] })).toEqual([
    "There are 3 weights for 2 rewards. The last ones count for nothing.",
  ]);
});

test("traits and noise levels are handed on", async () => {
  const seen: unknown[] = [];
  const aware = {
    ...onLatents,
    noiseAware: true,
    value: async (input: typeof x, sigma?: number) => {
      seen.push(sigma);
      return first.value(input);
    },
  };
  const both = rewardOf(product, { rewards: [aware, { ...aware, differentiable: false }] });
  expect(both).toMatchObject({ on: "latent", noiseAware: true, differentiable: false });
  await both.value(x, 0.7);
  const clean = rewardOf(product, { rewards: [aware, first] });
  expect(clean.noiseAware).toBe(false);
  await clean.value(x, 0.7);
  expect(seen).toEqual([0.7, 0.7, undefined]);
});

test.each<[string, AnyNode, object]>([
  ["sum", sum, { weights: [0.3, -2] }],
  ["minimum", minimum, { softness: 0 }],
  ["soft minimum", minimum, { softness: 0.5 }],
  ["product", product, {}],
])("the gradient of a %s", async (_name, node, params) => {
  await expectGradient(rewardOf(node, { rewards: [...rewards, rewardOf(quadratic, {}, { point: [1] })] }, params), x);
});

test("a black-box reward has no gradient, nor has what it is a part of", async () => {
  const size = rewardOf(jpegSize, {}, { quality: 95 });
  const [flat, busy] = await valuesOf(size, { ...wavy([2, 3, 8, 8]), data: wavy([2, 3, 8, 8]).data.fill(0.5, 0, 192) });
  expect(flat).toBeGreaterThan(busy);
  expect(flat).toBeLessThan(-0.6);
  const both = rewardOf(sum, { rewards: [size, rewardOf(brightness, {}, { target: null })] }, { weights: [] });
  expect(both.differentiable).toBe(false);
});
