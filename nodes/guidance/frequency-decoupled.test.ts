import { expect, test } from "vitest";
import { add, scale, sub } from "../../shared/tensor/index.ts";
import { bandsOf } from "../lib/bands.ts";
import { callAt, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node as apg } from "./apg.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./frequency-decoupled.ts";

const shape = [1, 2, 6, 5];
const noise = (seed: number) =>
  sample(
    Array.from({ length: 60 }, (_, i) => Math.sin(seed + i * 12.9898) * 3),
    shape,
  );
const [strong, weak, x] = [noise(1), noise(2), noise(3)];
const pair = { strong: denoiserOf(strong), weak: denoiserOf(weak) };
const at = callAt();
const run = (values: Record<string, unknown>, inputs = pair) => guided(node, inputs, values)(x, golden.sigma, at);

test("equal scales are ordinary guidance", async () => {
  const plain = await guided(cfg, pair, { scale: 4 })(x, golden.sigma, at);
  for (const split of ["laplacian", "cosine"])
    for (const levels of [2, 3, 4])
      expect(distance(await run({ scaleLow: 4, scaleHigh: 4, levels, split }), plain)).toBeLessThan(1e-12);
});

test("each band is guided by its own scale", async () => {
  const result = sub(await run({ scaleLow: 2, scaleHigh: 7, levels: 3, split: "cosine" }), strong);
  const expected = bandsOf(sub(strong, weak), 3, "cosine").map((band, i) => scale(band, [6, 3.5, 1][i]));
  for (const [i, band] of bandsOf(result, 3, "cosine").entries())
    expect(distance(band, expected[i])).toBeLessThan(1e-12);
});

test("flat differences follow the coarse scale, whatever the fine one is", async () => {
  const flat = { strong: denoiserOf(strong), weak: denoiserOf(add(strong, sample(new Array(60).fill(0.5), shape))) };
  for (const scaleHigh of [1, 30]) {
    const result = await run({ scaleLow: 3, scaleHigh }, flat);
    expect(distance(sub(result, strong), new Array(60).fill(-1))).toBeLessThan(1e-12);
  }
});

test("without its parallel part, a one-pixel picture is guided as projected guidance does it", async () => {
  const pixel = { strong: denoiserOf(sample([1, 2], [1, 2, 1, 1])), weak: denoiserOf(sample([0.5, -1], [1, 2, 1, 1])) };
  const projected = await guided(apg, pixel, { scale: 4, eta: 0.3, norm: 0, momentum: 0 })(x, golden.sigma, at);
  const result = await run({ scaleLow: 4, scaleHigh: 4, parallelWeight: 0.3 }, pixel);
  expect(distance(result, projected)).toBeLessThan(1e-12);
});

test("scales that need one side ask one side", async () => {
  const counts = async (values: Record<string, unknown>) => {
    const denoiser = guided(node, pair, values);
    await denoiser(x, golden.sigma, at);
    return denoiser.asked();
  };
  expect(await counts({ scaleLow: 1, scaleHigh: 1 })).toEqual({ strong: 1, weak: 0 });
  expect(await counts({ scaleLow: 1, scaleHigh: 2 })).toEqual({ strong: 1, weak: 1 });
  expect(await counts({ scaleLow: 0, scaleHigh: 0 })).toEqual({ strong: 0, weak: 1 });
  expect(await counts({ scaleLow: 0, scaleHigh: 0, parallelWeight: 0 })).toEqual({ strong: 1, weak: 1 });
});
