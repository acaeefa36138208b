import { expect, test } from "vitest";
import type { Denoiser } from "../../shared/denoiser.ts";
import type { Model } from "../../shared/model.ts";
import type { AnyNode } from "../../shared/node/define.ts";
import { heun } from "../../shared/sampling/heun.ts";
import { add, scale as times } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { labelProbability } from "../../shared/testbed/density.ts";
import { intervalVariance } from "../../shared/testbed/guided.ts";
import { bandsOf } from "../lib/bands.ts";
import { gaussianOf, karrasLevels, noiseOf } from "../lib/samplerTesting.ts";
import { callAt, distance, guided, sample } from "../lib/testing.ts";
import { node as field } from "../model/random-field.ts";
import { node as ring } from "../model/ring.ts";
import { node as adaptive } from "./adaptive.ts";
import { node as apg } from "./apg.ts";
import { node as cfg } from "./cfg.ts";
import { node as cfgZeroStar } from "./cfg-zero-star.ts";
import { node as frequencyDecoupled } from "./frequency-decoupled.ts";
import { node as fresca } from "./fresca.ts";
import { node as interval } from "./interval.ts";
import { node as perpNeg } from "./perp-neg.ts";

/** A walk with Heun's method and the end that it comes to. */
async function walked(denoiser: Denoiser, sigmas: readonly number[], x: Tensor): Promise<Tensor> {
  const steps = sigmas.length - 1;
  const io = {
    noise: (like: Tensor) => like,
    call: (step: number, stage: number) =>
      callAt({ step, steps, stage, sigma: sigmas[step], next: sigmas[step + 1], sigmas }),
    step: async () => {},
  };
  return heun.sample(denoiser, x, sigmas, io, { eta: 0, noiseScale: 1, churn: 0, frame: "variance-exploding" });
}

function modelOf({ params, build }: AnyNode): Model {
  const defaults = Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default]));
  return build!({}, defaults, { evaluated: () => {} } as never).model as Model;
}

test("an interval whose ends are levels of the walk gives the variance of the closed form", async () => {
  const inside = guided(cfg, { strong: gaussianOf(1), weak: gaussianOf(2) }, { scale: 3 });
  const limited = guided(interval, { inside, outside: gaussianOf(1) }, { sigmaLow: 0.5, sigmaHigh: 2 });
  const between = (high: number, low: number, steps: number) =>
    Array.from({ length: steps }, (_, i) => high * (low / high) ** (i / steps));
  const sigmas = [...between(80, 2, 60), ...between(2, 0.5, 60), ...between(0.5, 0.002, 60), 0.002];
  const start = Math.sqrt(1 + 80 ** 2);
  const end = await walked(limited, sigmas, sample([start, 0, 0, 0]));
  const exact = intervalVariance({ strong: 1, weak: Math.SQRT2, scale: 3 }, { low: 0.5, high: 2 });
  expect(exact).toBeCloseTo(0.444444, 6);
  expect(end.data[0] ** 2).toBeCloseTo(exact, 3);
});

const count = 120;
const circle = modelOf(ring);
const sides = {
  strong: circle.denoiser(await circle.encodeText("0")),
  weak: circle.denoiser(await circle.encodeText("")),
};
const levels = karrasLevels(96, 80, 0.01);
const start = times(noiseOf(3).initial([count, 2, 1, 1], "float64"), 80);

async function onRing(node: AnyNode, values: Record<string, unknown>, inputs: Record<string, unknown> = sides) {
  const end = await walked(guided(node, inputs, values), levels, start);
  const accuracy = labelProbability(circle.mixture!, "0", end, 0).reduce((sum, one) => sum + one, 0) / count;
  let radius = 0;
  for (let i = 0; i < count; i++) radius += Math.hypot(end.data[2 * i], end.data[2 * i + 1]) / count;
  return { radius, accuracy, end };
}

test("on a ring, guidance pushes outwards and projected guidance does not, at the same accuracy", async () => {
  const projected = { norm: 0, momentum: -0.5 };
  let before = 4;
  for (const scale of [3, 7.5, 15]) {
    const [plain, held] = [await onRing(cfg, { scale }), await onRing(apg, { scale, ...projected })];
    expect(plain.radius).toBeGreaterThan(before + 0.5);
    expect(Math.abs(held.radius - 4)).toBeLessThan(0.2);
    expect(held.accuracy).toBeGreaterThan(plain.accuracy - 0.02);
    before = plain.radius;
  }
});

test("adaptive guidance is guidance to begin with and the strong side in the end", async () => {
  const [off, plain] = [await onRing(cfg, { scale: 1 }), await onRing(cfg, { scale: 3 })];
  const dropped = await onRing(adaptive, { scale: 3, threshold: 0.9999 });
  expect(dropped.accuracy).toBeGreaterThanOrEqual(off.accuracy);
  expect(dropped.radius).toBeGreaterThan(off.radius + 0.1);
  expect(dropped.radius).toBeLessThan(plain.radius - 0.1);
});

test("standing still at first does harm to an exact model", async () => {
  const from = async (zeroInitSteps: number) =>
    (await onRing(cfgZeroStar, { scale: 1, zeroInitSteps, space: "eps" })).end;
  const finest = await walked(sides.strong, karrasLevels(400, 80, 0.01), start);
  expect(distance(await from(48), finest)).toBeGreaterThan(2 * distance(await from(0), finest));
});

test("a negative beside the prompt is led away from, and the prompt kept", async () => {
  const beside = circle.denoiser(await circle.encodeText("1"));
  const share = (end: Tensor) => labelProbability(circle.mixture!, "1", end, 0).reduce((a, b) => a + b, 0) / count;
  const plain = await onRing(cfg, { scale: 2 });
  const away = await onRing(perpNeg, { scale: 2, negativeScale: [1] }, { ...sides, negative: [beside] });
  expect(share(away.end)).toBeLessThan(share(plain.end));
  expect(away.accuracy).toBeGreaterThan(plain.accuracy - 0.001);
});

test("in a random field each band of frequencies is guided to a mean of its own", async () => {
  const model = modelOf(field);
  const pair = {
    strong: model.denoiser(await model.encodeText("left")),
    weak: model.denoiser(await model.encodeText("right")),
  };
  const zero = sample(new Array(256).fill(0), [1, 1, 16, 16]);
  const [left, right] = [await pair.strong(zero, 1e6, callAt()), await pair.weak(zero, 1e6, callAt())];
  const bands = bandsOf(add(left, times(right, -1)), 3, "cosine");
  const means = [7, 4.5, 2].reduce((sum, weight, i) => add(sum, times(bands[i], weight)), right);
  const node = guided(frequencyDecoupled, pair, { scaleLow: 2, scaleHigh: 7, levels: 3, split: "cosine" });
  for (const sigma of [0.1, 1, 10])
    expect(distance(await node(means, sigma, callAt({ sigma })), means)).toBeLessThan(1e-6);
  const even = guided(fresca, pair, { scale: 3, low: 1, high: 1 });
  const mean = add(right, times(add(left, times(right, -1)), 3));
  for (const sigma of [0.1, 1, 10])
    expect(distance(await even(mean, sigma, callAt({ sigma })), mean)).toBeLessThan(1e-6);
});
