import { expect, test } from "vitest";
import { abs, concatRows, mean, quantile, reshape, std } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { callAt, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node as cfg } from "./cfg.ts";
import { node } from "./mimic.ts";

const values = (seed: number) => Array.from({ length: 18 }, (_, i) => Math.sin(seed * 7 + i * 3.7) + seed / 3);
const shape = [1, 2, 3, 3];
const pair = { strong: denoiserOf(sample(values(1), shape)), weak: denoiserOf(sample(values(2), shape)) };
const x = sample(values(3), shape);
const at = callAt();
const plain = (scale: number) => guided(cfg, pair, { scale })(x, golden.sigma, at);
const run = (params: Record<string, unknown>) => guided(node, pair, params)(x, golden.sigma, at);
const rows = (t: Tensor) => reshape(t, [2, 9]);
const peak = (t: Tensor) => {
  const means = mean(rows(t));
  const centred = rows(t).data.map((value, i) => value - means.data[Math.floor(i / 9)]);
  return quantile(abs({ data: centred as Float64Array, shape: [2, 9] }), 1);
};

test.each(["peak", "deviation"])("equal scales are ordinary guidance, by %s", async (measure) => {
  for (const around of ["mean", "zero"]) {
    const same = await run({ scale: 9, mimicScale: 9, measure, around });
    expect(distance(same, await plain(9))).toBeLessThan(1e-12);
  }
});

test("each channel has the range of the mimicked scale and the mean of its own", async () => {
  const [target, example] = [await plain(15), await plain(4)];
  const byPeak = await run({ scale: 15, mimicScale: 4 });
  expect(distance(peak(byPeak), peak(example))).toBeLessThan(1e-12);
  expect(distance(mean(rows(byPeak)), mean(rows(target)))).toBeLessThan(1e-12);
  const byDeviation = await run({ scale: 15, mimicScale: 4, measure: "deviation" });
  expect(distance(std(rows(byDeviation)), std(rows(example)))).toBeLessThan(1e-12);
  const zero = await run({ scale: 15, mimicScale: 4, around: "zero", measure: "deviation" });
  expect(distance(std(rows(zero)), std(rows(example)))).toBeLessThan(1e-12);
  expect(distance(mean(rows(zero)), mean(rows(target)))).toBeGreaterThan(0.1);
});

test("one range for all channels is that of the channel that reaches farthest", async () => {
  const example = await plain(4);
  const result = await run({ scale: 15, mimicScale: 4, perChannel: false });
  const top = (t: Tensor) => Math.max(...peak(t).data);
  expect(top(result)).toBeCloseTo(top(example), 12);
});

test("a quantile below 1 cuts what lies beyond both ranges", async () => {
  const [target, cut] = [await plain(15), await run({ scale: 15, mimicScale: 4, quantile: 0.5 })];
  const means = mean(rows(target)).data;
  const reach = [0, 1].map((c) =>
    Math.max(...Array.from(cut.data.slice(9 * c, 9 * c + 9), (v) => Math.abs(v - means[c]))),
  );
  expect(distance(peak(await plain(4)), reach)).toBeLessThan(1e-12);
  const whole = await run({ scale: 15, mimicScale: 4 });
  expect(distance(cut, whole)).toBeGreaterThan(0.1);
  expect(distance(await run({ scale: 15, mimicScale: 4, amount: 0 }), target)).toBe(0);
});

test("sides that both scales leave out are not asked", async () => {
  const both = guided(node, pair, { scale: 1, mimicScale: 1 });
  await both(x, golden.sigma, at);
  expect(both.asked()).toEqual({ strong: 1, weak: 0 });
  const off = guided(node, pair, { scale: 0, mimicScale: 3, amount: 0 });
  await off(x, golden.sigma, at);
  expect(off.asked()).toEqual({ strong: 0, weak: 1 });
});

test("each sample by itself, and predictions without spread stay as they are", async () => {
  const flat = sample(new Array(18).fill(2), shape);
  const inputs = {
    strong: denoiserOf(concatRows([sample(values(1), shape), flat])),
    weak: denoiserOf(concatRows([sample(values(2), shape), flat])),
  };
  const result = await guided(node, inputs)(concatRows([x, x]), golden.sigma, at);
  expect(distance(result, concatRows([await run({}), flat]))).toBeLessThan(1e-12);
});
