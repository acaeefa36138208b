import { expect, test } from "vitest";
import type { AnyNode } from "../../shared/node/define.ts";
import { cast, dot, exp, mul, scale, square, sub, sum } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { onImages, onLatents } from "../lib/rewards.ts";
import { numbers, problemsOf, wavy } from "../lib/rewardTesting.ts";
import { node as integrated } from "./integrated-gradients.ts";
import { node as moreau } from "./moreau-grad.ts";
import { node as pointing } from "./pointing-game.ts";
import { node as saliency } from "./saliency.ts";
import { node as smooth } from "./smooth-grad.ts";

const shape = [2, 3, 3, 4];
const image = wavy(shape, 4);
const weights = sub(wavy(shape, 9), scale(wavy(shape, 9), 2));
const reward = (value: (x: Tensor) => Tensor) => ({ ...onImages, value: async (x: Tensor) => value(x) });
const linear = reward((x) => dot(x, weights));
const quadratic = reward((x) => scale(dot(square(x), weights), 0.5));

type Result = Record<"image" | "map" | "number" | "error", Tensor>;

async function explain(node: AnyNode, inputs: object, params: object = {}) {
  const shown: Tensor[] = [];
  const said: unknown[] = [];
  const context = {
    show: async (picture: Tensor) => void shown.push(picture),
    metric: (name: string, value: Tensor) => said.push(name, value),
    warn: (sentence: string) => said.push(sentence),
  };
  const result = (await node.run!(inputs, { opacity: 1, ...params }, context as never)) as Result;
  if (result.image) expect(shown).toEqual([result.image]);
  return { ...result, said };
}

function expectNear(got: Tensor, wanted: Tensor, within: number): void {
  expect(got.shape).toEqual(wanted.shape);
  got.data.forEach((value, i) => void expect(Math.abs(value - wanted.data[i])).toBeLessThan(within));
}

const draws = { draws: 3, noise: 0.15, seed: 7n };
const steps = { lambda: 0.5, sparsity: 0, block: 1, iterations: 60, draws: 2, noise: 0.1, rate: 0.5, seed: 7n };

test("of a linear reward the map is its weights", async () => {
  const { map, number } = await explain(saliency, { reward: linear, image });
  expectNear(map, weights, 1e-12);
  expect(number.data[0]).toBeCloseTo(Math.hypot(...weights.data.slice(0, 36)), 12);
  expectNear((await explain(smooth, { reward: linear, image }, draws)).map, weights, 1e-12);
  expectNear((await explain(moreau, { reward: linear, image }, steps)).map, weights, 1e-9);
});

test("of a quadratic reward: smoothed to Hx, enveloped to Hx / (1 + λH)", async () => {
  const many = await explain(smooth, { reward: quadratic, image }, { ...draws, draws: 400 });
  const slopes = mul(image, weights);
  // Deviation of an element: 0.15 · range · |H| / √400, at most 0.0064.
  expectNear(many.map, slopes, 4 * 0.0064);
  const envelope = { data: slopes.data.map((one, i) => one / (1 + 0.5 * weights.data[i])), shape } as Tensor;
  expectNear((await explain(moreau, { reward: quadratic, image }, { ...steps, noise: 0 })).map, envelope, 1e-7);
});

test("sparsity takes small slopes away and shortens the others", async () => {
  const { map } = await explain(moreau, { reward: linear, image }, { ...steps, sparsity: 0.4 });
  const wanted = weights.data.map((one) => Math.sign(one) * Math.max(0, Math.abs(one) - 0.4));
  expectNear(map, { data: wanted, shape } as Tensor, 1e-9);
  expect(map.data.filter((one) => one === 0).length).toBeGreaterThan(10);
});

test("sparsity of blocks shortens each block as a whole, also the smaller ones at the edge", async () => {
  const { map } = await explain(moreau, { reward: linear, image }, { ...steps, sparsity: 0.7, block: 2 });
  const blockOf = (i: number) => [Math.floor(i / 36), Math.floor(((i % 12) - (i % 4)) / 8), (i % 4) >> 1].join();
  const squares = new Map<string, number>();
  weights.data.forEach((one, i) => void squares.set(blockOf(i), (squares.get(blockOf(i)) ?? 0) + one ** 2));
  const kept = (i: number) => Math.max(0, 1 - 0.7 / Math.sqrt(squares.get(blockOf(i))!));
  expectNear(map, { data: weights.data.map((one, i) => one * kept(i)), shape } as Tensor, 1e-9);
  expect(squares.size).toBe(8);
});

test("steps that run away are told", async () => {
  const steep = reward((x) => scale(sum(square(square(x))), -1));
  const { said } = await explain(moreau, { reward: steep, image }, { ...steps, rate: 5, lambda: 100 });
  expect(said).toEqual(["The steps ran away from the image. Lower the rate or λ."]);
});

test("integrated gradients are complete", async () => {
  const params = { steps: 1, colour: "#336699" };
  const exact = await explain(integrated, { reward: quadratic, image }, params);
  expectNear(exact.error, numbers([0, 0], [2]), 1e-12);
  const curved = reward((x) => sum(exp(scale(x, 3))));
  const errors = [];
  for (const count of [8, 16]) {
    const { error } = await explain(
      integrated,
      { reward: curved, image, baseline: scale(image, 0) },
      { ...params, steps: count },
    );
    errors.push(error.data[0]);
  }
  // The midpoint rule's error falls with the square of the steps.
  expect(errors[0] / errors[1]).toBeCloseTo(4, 1);
});

test("a pixel like the baseline adds nothing; of a linear reward each adds its weight times its difference", async () => {
  const { map, number } = await explain(integrated, { reward: linear, image }, { steps: 2, colour: "#000000" });
  expectNear(map, mul(image, weights), 1e-12);
  expect(number.data[1]).toBeCloseTo((await linear.value(image)).data[1], 12);
});

test("an overlay is grey where nothing matters, orange above and blue below", async () => {
  const picture = numbers([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], [1, 3, 1, 3]);
  const signs = numbers([1, -1, 0, 1, -1, 0, 1, -1, 0], [1, 3, 1, 3]);
  const signed = reward((x) => dot(x, signs));
  const shown = await explain(integrated, { reward: signed, image: picture }, { steps: 1, colour: "#000000" });
  const pixel = (i: number) => [0, 1, 2].map((c) => shown.image.data[c * 3 + i]);
  const near = (colour: number[]) => colour.map((one) => expect.closeTo(one, 6));
  expect([0, 1, 2].map(pixel)).toEqual([near([0.95, 0.35, 0.05]), near([0.1, 0.4, 1]), near([0.5, 0.5, 0.5])]);
  const flat = await explain(saliency, { reward: reward((x) => scale(sum(x), 0)), image: picture });
  expect([...flat.image.data]).toEqual(new Array(9).fill(0.5));
});

test("a batch is explained as its samples alone, in either float type", async () => {
  const curved = reward((x) => sum(exp(x)));
  const rows = (from: number) => ({ data: image.data.slice(from * 36, from * 36 + 36), shape: [1, ...shape.slice(1)] });
  const whole = await explain(smooth, { reward: curved, image }, draws);
  const alone = await explain(smooth, { reward: curved, image: rows(1) }, draws);
  expect([...whole.map.data.slice(36)]).toEqual([...alone.map.data]);
  const narrow = await explain(smooth, { reward: curved, image: cast(image, "float32") }, draws);
  expectNear(narrow.map, whole.map, 1e-5);
});

test("the pointing game is the share of the positive part inside", async () => {
  const mask = numbers([1, 0, 0, 0.5], [1, 1, 2, 2]);
  const play = async (map: Tensor) => (await explain(pointing, { map, mask })).number.data[0];
  expect(await play(numbers([1, 1, 1, 1], [1, 1, 2, 2]))).toBeCloseTo(0.375, 12);
  expect(await play(numbers([3, -5, 1, 0], [1, 1, 2, 2]))).toBeCloseTo(0.75, 12);
  // Colours are added up before the sign counts.
  expect(await play(numbers([2, 0, 0, 0, -1, 1, 0, 0], [1, 2, 2, 2]))).toBeCloseTo(0.5, 12);
  expect(await play(numbers([-1, 0, 0, 0], [1, 1, 2, 2]))).toBe(0);
  expect((await explain(pointing, { map: weights, mask })).said[0]).toBe("pointing game");
});

test("refused while planning: latents, and rewards without gradient", () => {
  for (const node of [saliency, smooth, integrated, moreau] as AnyNode[]) {
    expect(problemsOf(node, { reward: onLatents })).toEqual([
      "This reward scores latents. Connect one of images: maps are drawn over pixels.",
    ]);
    expect(problemsOf(node, { reward: { ...onImages, differentiable: false } })).toEqual([
      "This reward has no gradient. Connect one that has.",
    ]);
  }
});
