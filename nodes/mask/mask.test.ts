import { expect, test } from "vitest";
import type { AnyNode } from "../../shared/node/define.ts";
import { mean, sum } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { distance, sample } from "../lib/testing.ts";
import { node as combine } from "./combine.ts";
import { node as ellipse } from "./ellipse.ts";
import { node as fromImage } from "./from-image.ts";
import { node as gradient } from "./gradient.ts";
import { node as rectangle } from "./rectangle.ts";
import { node as soften } from "./soften.ts";
import { node as toImage } from "./to-image.ts";

async function run(node: AnyNode, inputs: object, params: object, output = "mask"): Promise<Tensor> {
  const defaults = Object.fromEntries(Object.entries(node.params).map(([name, param]) => [name, param.default]));
  const context = { show: async () => {} } as never;
  return (await node.run!(inputs, { ...defaults, ...params }, context))[output] as Tensor;
}

const size = { width: 4, height: 2 };

test("a rectangle covers whole pixels whole and cut ones in part", async () => {
  const mask = await run(rectangle, {}, { ...size, left: 0.25, right: 0.625, top: 0, bottom: 0.5 });
  expect(mask.shape).toEqual([1, 1, 2, 4]);
  expect(distance(mask, [0, 1, 0.5, 0, 0, 0, 0, 0])).toBe(0);
  const soft = await run(rectangle, {}, { width: 8, height: 8, right: 0.5, left: -1, top: -1, bottom: 2, soft: 0.5 });
  expect(Array.from(soft.data.slice(0, 8))).toEqual([1, 1, 0.875, 0.625, 0.375, 0.125, 0, 0]);
});

test("a mask takes the size of what it is for", async () => {
  const like = sample(new Array(24).fill(0), [2, 2, 2, 3]);
  expect((await run(rectangle, { like }, size)).shape).toEqual([1, 1, 2, 3]);
  const context = { facts: {} as never, problem: () => {} };
  const params = { ...size, left: 0, right: 1, top: 0, bottom: 1, soft: 0 };
  expect(rectangle.forecast!({ like: { shape: [2, 4, 16, 24] } }, params, context)).toEqual({
    mask: { shape: [1, 1, 16, 24] },
  });
});

test("an ellipse has its area, is symmetric, and softens at its edge", async () => {
  const mask = await run(ellipse, {}, { width: 64, height: 64, radiusX: 0.4, radiusY: 0.2 });
  expect(mean(mask).data[0]).toBeCloseTo(Math.PI * 0.4 * 0.2, 3);
  const at = (x: number, y: number) => mask.data[y * 64 + x];
  expect(at(32, 32)).toBe(1);
  expect(at(10, 30)).toBe(at(53, 33));
  expect(at(32, 5)).toBe(0);
  const soft = await run(ellipse, {}, { width: 65, height: 65, soft: 0.2 });
  const row = Array.from(soft.data.slice(32 * 65 + 32, 33 * 65));
  expect(row.every((value, i) => i === 0 || value <= row[i - 1])).toBe(true);
  expect(row.filter((value) => value > 0 && value < 1).length).toBeGreaterThan(10);
});

test("a gradient rises across the picture in its direction", async () => {
  expect(distance(await run(gradient, {}, { width: 4, height: 1 }), [0.125, 0.375, 0.625, 0.875])).toBeLessThan(1e-7);
  expect(
    distance(await run(gradient, {}, { width: 1, height: 4, angle: -90, start: 0.25, end: 0.75 }), [1, 0.75, 0.25, 0]),
  ).toBeLessThan(1e-7);
  expect(distance(await run(gradient, {}, { width: 4, height: 1, start: 0.5, end: 0.5 }), [0, 0, 1, 1])).toBe(0);
});

test("brightness and channels of a picture, and back to grey", async () => {
  const image = sample([1, 0, 0.5, 1, 0, 1], [1, 3, 1, 2]);
  expect(distance(await run(fromImage, { image }, {}), [0.2126 + 0.7152 * 0.5, 0.7152 + 0.0722])).toBeLessThan(1e-12);
  expect(distance(await run(fromImage, { image }, { channel: "green" }), [0.5, 1])).toBe(0);
  const grey = await run(toImage, { mask: sample([0.25, 1], [1, 1, 1, 2]) }, {}, "image");
  expect(grey.shape).toEqual([1, 3, 1, 2]);
  expect(distance(grey, [0.25, 1, 0.25, 1, 0.25, 1])).toBe(0);
});

test("masks join, overlap, cut and add up", async () => {
  const [a, b] = [sample([0, 1, 0.5, 1]), sample([1, 1, 0.5, 0])];
  const results = { join: [1, 1, 0.75, 1], overlap: [0, 1, 0.25, 0], cut: [0, 0, 0.25, 1], sum: [1, 1, 1, 1] };
  for (const [way, expected] of Object.entries(results))
    expect(distance(await run(combine, { a, b }, { way }), expected)).toBe(0);
});

test("softening keeps the amount inside, spreads evenly and stays in 0..1", async () => {
  const point = sample(
    Array.from({ length: 81 }, (_, i) => (i === 40 ? 1 : 0)),
    [1, 1, 9, 9],
  );
  const soft = await run(soften, { mask: point }, { radius: 0.1 });
  expect(sum(soft).data[0]).toBeCloseTo(1, 12);
  expect(soft.data[39]).toBeCloseTo(soft.data[49], 12);
  const full = sample(new Array(16).fill(1), [1, 1, 4, 4]);
  expect(distance(await run(soften, { mask: full }, { radius: 0.5 }), new Array(16).fill(1))).toBeLessThan(1e-12);
  expect(distance(await run(soften, { mask: full }, { radius: 0, invert: true }), new Array(16).fill(0))).toBe(0);
});
