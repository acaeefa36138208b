import { expect, test } from "vitest";
import { add, sub } from "../../shared/tensor/index.ts";
import { callAt, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./fresca.ts";

const [height, width] = [6, 8];
const shape = [1, 1, height, width];
const picture = (at: (row: number, column: number) => number) =>
  sample(
    Array.from({ length: height * width }, (_, i) => at(Math.floor(i / width), i % width)),
    shape,
  );
const wave = (k: number, l: number, phase = 0.3) =>
  picture((row, column) => Math.cos(2 * Math.PI * ((k * row) / height + (l * column) / width) + phase));
const weak = picture((row, column) => Math.sin(row * 5 + column));
const at = callAt();
const run = (difference: typeof weak, values: Record<string, unknown>) => {
  const inputs = { strong: denoiserOf(add(weak, difference)), weak: denoiserOf(weak) };
  return guided(node, inputs, values)(weak, golden.sigma, at);
};

test.each([
  [0, 0, 2],
  [1, 1, 2],
  [1, -1, 2],
  [0, 3, 5],
  [2, 3, 5],
  // A frequency at the cutoff is low in one direction and high in the other.
  [0, 2, 3.5],
  [2, 1, 3.5],
])("a wave of %d and %d in the guidance is scaled by %d", async (k, l, factor) => {
  const difference = wave(k, l);
  const change = sub(await run(difference, { scale: 1, low: 2, high: 5, cutoff: 2 }), weak);
  expect(distance(change, [...difference.data.map((value) => factor * value)])).toBeLessThan(1e-12);
});

test("equal factors, and a cutoff beyond every frequency, are ordinary guidance", async () => {
  const difference = add(wave(1, 3), wave(2, 0));
  const inputs = { strong: denoiserOf(add(weak, difference)), weak: denoiserOf(weak) };
  const plain = await guided(cfg, inputs, { scale: 4 })(weak, golden.sigma, at);
  expect(distance(await run(difference, { scale: 4, low: 1, high: 1, cutoff: 2 }), plain)).toBeLessThan(1e-12);
  expect(distance(await run(difference, { scale: 4, low: 1, high: 9, cutoff: 100 }), plain)).toBeLessThan(1e-12);
});

test("weights that need one side ask one side", async () => {
  const counts = async (values: Record<string, unknown>) => {
    const denoiser = guided(node, { strong: denoiserOf(weak), weak: denoiserOf(weak) }, values);
    await denoiser(weak, golden.sigma, at);
    return denoiser.asked();
  };
  expect(await counts({ scale: 1, low: 1, high: 1 })).toEqual({ strong: 1, weak: 0 });
  expect(await counts({ scale: 1, low: 1, high: 1.25 })).toEqual({ strong: 1, weak: 1 });
  expect(await counts({ scale: 0 })).toEqual({ strong: 0, weak: 1 });
});
