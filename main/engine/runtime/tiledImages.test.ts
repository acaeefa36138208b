import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Model, TileOptions } from "../../../shared/model.ts";
import { pullback, track } from "../../../shared/tensor/index.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { createRuntime } from "./runtime.ts";
import type { Session } from "./session.ts";
import { throughTiles } from "./tiledImages.ts";

const embeddedModel = resolve(__dirname, "../../../assets/models/emoji-scenes");
const runtime = createRuntime({ device: "cpu", embeddedModel, threads: 1 });
let model: Model;

beforeAll(async () => {
  await runtime.modelInfo("", "", null);
  model = runtime.model("", "");
});
afterAll(() => runtime.close());

/** Smooth, as latents are. */
const wave = (shape: readonly number[], seed = 0): Tensor => ({
  data: Float32Array.from({ length: shape.reduce((size, side) => size * side, 1) }, (_, i) => {
    const [x, y] = [i % shape[3], Math.floor(i / shape[3])];
    return Math.sin(x / 5 + seed) + Math.cos(y / 7 - seed);
  }),
  shape,
});

function differences(a: Tensor, b: Tensor): { most: number; mean: number } {
  expect(a.shape).toEqual(b.shape);
  const all = Array.from(a.data, (value, i) => Math.abs(value - b.data[i]));
  return { most: Math.max(...all), mean: all.reduce((sum, one) => sum + one, 0) / all.length };
}

/** A network that makes each cell of its one channel a block of 2 × 2, and notes what it was asked. */
function doubling(fits: (side: number) => boolean = () => true) {
  const asked: (readonly number[])[] = [];
  const session: Session = {
    path: "vae",
    label: "vae",
    inputs: { z: { dtype: "float32", shape: [null, 1, null, null] } },
    outputs: {},
    fits: ({ z }) => fits(Math.max(...z)),
    run: async () => ({}),
    release: async () => {},
  };
  const request = async ({ feeds }: { feeds: Readonly<Record<string, unknown>> }) => {
    const z = feeds.z as Tensor;
    asked.push(z.shape);
    const [batch, , h, w] = z.shape;
    const data = new Float32Array(4 * z.data.length);
    for (let i = 0; i < data.length; i++) {
      const [x, y, b] = [i % (2 * w), Math.floor(i / (2 * w)) % (2 * h), Math.floor(i / (4 * w * h))];
      data[i] = z.data[(b * h + (y >> 1)) * w + (x >> 1)];
    }
    return { image: { data, shape: [batch, 1, 2 * h, 2 * w] } };
  };
  return { network: { half: "decoder" as const, session, factor: 2, request }, asked };
}

test("a network that looks at one place only gives the same in tiles, and tells of them", async () => {
  const z = wave([2, 1, 24, 40]);
  const { network, asked } = doubling();
  const whole = await throughTiles(z, network);
  const told: string[] = [];
  const onTile = (done: number, all: number) => told.push(`${done}/${all}`);
  const tiled = await throughTiles(z, network, { tile: 32, overlap: 8, onTile });
  expect(differences(tiled, whole).most).toBeLessThan(1e-6);
  expect(asked).toEqual([z.shape, ...new Array(6).fill([2, 1, 16, 16])]);
  expect(told).toEqual(["4/6", "6/6"]);
});

test("without a size, tiles are as large as memory allows", async () => {
  const z = wave([1, 1, 100, 130]);
  for (const [most, tiles, side] of [
    [130, 1, 130],
    [70, 6, 65],
    [1, 20, 32],
  ]) {
    const { network, asked } = doubling((one) => one <= most);
    await throughTiles(z, network, { overlap: 4 });
    expect(asked).toHaveLength(tiles);
    expect(Math.max(...asked[0])).toBe(side);
  }
});

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** How much two pictures differ: at most, on average, and by how much that changes from one pixel to the next. */
function compared(a: Tensor, b: Tensor) {
  const [, , height, width] = a.shape;
  const off = a.data.map((value, i) => value - b.data[i]);
  let jump = 0;
  off.forEach((value, i) => {
    if (i % width > 0) jump = Math.max(jump, Math.abs(value - off[i - 1]));
    if (Math.floor(i / width) % height > 0) jump = Math.max(jump, Math.abs(value - off[i - width]));
  });
  return { ...differences(a, b), jump, relative: Math.sqrt(dot(off, off) / dot(b.data, b.data)) };
}

const options: TileOptions = { tile: 128, overlap: 64 };

test("the embedded decoder and encoder show no seams", async () => {
  const z = wave([1, 4, 40, 40]);
  const [whole, tiled] = [await model.decode(z), await model.decode(z, options)];
  const decoded = compared(tiled, whole);
  expect(decoded.most).toBeLessThan(0.05);
  expect(decoded.jump).toBeLessThan(0.035);
  expect(decoded.relative).toBeLessThan(0.01);
  expect(compared(await model.encode(whole, options), await model.encode(whole)).relative).toBeLessThan(0.06);
  expect((await model.decode(z, { tile: 320 })).data).toEqual(whole.data);
});

test("the gradient of tiles is that of the blended picture", async () => {
  const x = track(wave([1, 4, 32, 32]));
  const image = await model.decode(x, { tile: 64, overlap: 16 });
  const cotangent = wave(image.shape, 3);
  const [gradient] = await pullback(image, cotangent, [x]);
  const direction = wave(x.shape, 7).data;
  const h = 1e-2;
  const value = async (sign: number) => {
    const moved = { data: x.data.map((one, i) => one + sign * h * direction[i]) as Float32Array, shape: x.shape };
    return dot((await model.decode(moved, { tile: 64, overlap: 16 })).data, cotangent.data);
  };
  const slope = ((await value(1)) - (await value(-1))) / (2 * h);
  const wanted = dot(gradient.data, direction);
  expect(Math.abs(wanted / slope - 1)).toBeLessThan(0.01);
});
