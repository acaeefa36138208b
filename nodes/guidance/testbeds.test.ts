import { expect, test } from "vitest";
import type { Denoiser } from "../../shared/denoiser.ts";
import type { Model } from "../../shared/model.ts";
import type { AnyNode } from "../../shared/node/define.ts";
import type { Reward } from "../../shared/reward.ts";
import { eulerAncestral } from "../../shared/sampling/eulerAncestral.ts";
import { heun } from "../../shared/sampling/heun.ts";
import type { Sampler } from "../../shared/sampling/sampler.ts";
import { add, addScaled, sub, scale as times } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { labelProbability, logDensity, poweredLogDensity } from "../../shared/testbed/density.ts";
import { exactFlow, guidedField, mixtureField } from "../../shared/testbed/exact.ts";
import { type Mixture, weightsUnder } from "../../shared/testbed/mixture.ts";
import { pointMoments } from "../../shared/testbed/moments.ts";
import { bandsOf } from "../lib/bands.ts";
import { planeModel } from "../lib/bedTesting.ts";
import { noiseOf } from "../lib/samplerTesting.ts";
import { callAt, distance, guided, sample } from "../lib/testing.ts";
import { node as constant } from "../model/constant-image.ts";
import { node as field } from "../model/random-field.ts";
import { node as ring } from "../model/ring.ts";
import { node as tree } from "../model/tree.ts";
import { node as label } from "../reward/label.ts";
import { node as cfg } from "./cfg.ts";
import { node as frequencyDecoupled } from "./frequency-decoupled.ts";
import { node as gradientFree } from "./gradient-free-classifier.ts";
import { node as interval } from "./interval.ts";
import { node as upsample } from "./upsample.ts";

/** `count` levels from high to low, even in the seventh root; no last step to 0. */
function karras(count: number, high: number, low: number): number[] {
  const [from, to] = [high ** (1 / 7), low ** (1 / 7)];
  return Array.from({ length: count }, (_, i) => (from + (i / (count - 1)) * (to - from)) ** 7);
}

/** The end of a walk. Noise between levels, where a sampler wants some, is that of seed 11. */
async function walked(denoiser: Denoiser, sigmas: readonly number[], x: Tensor, sampler: Sampler = heun) {
  const steps = sigmas.length - 1;
  const noise = noiseOf(11);
  const io = {
    noise: (like: Tensor, from: number, to: number) => noise.between(like, from, to),
    call: (step: number, stage: number) =>
      callAt({ step, steps, stage, sigma: sigmas[step], next: sigmas[step + 1], sigmas }),
    step: async () => {},
  };
  const options = { eta: sampler === heun ? 0 : 1, noiseScale: 1, churn: 0, frame: "variance-exploding" as const };
  return sampler.sample(denoiser, x, sigmas, io, options);
}

function modelOf({ params, build }: AnyNode, values: object = {}): Model {
  const defaults = Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default]));
  return build!({}, { ...defaults, ...values }, { evaluated: () => {} } as never).model as Model;
}

/** Predictions under two labels; "" is the whole. */
async function pairOf(model: Model, strong: string, weak = "") {
  const [s, u] = [await model.encodeText(strong), await model.encodeText(weak)];
  return { strong: model.denoiser(s), weak: model.denoiser(u) };
}

const averageOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

// Two modes, A at 1 and B at −1 on the x axis, of spread ½; 1001 quantiles of a normal of spread 80 as starts.
const modes = planeModel([
  { weight: 1, mean: [1, 0], std: 0.5, label: "A" },
  { weight: 1, mean: [-1, 0], std: 0.5, label: "B" },
]);
const modePair = await pairOf(modes, "A");
const starts = quantiles(1001).flatMap((value) => [80 * value, 0]);
const onAxis = sample(starts, [1001, 2, 1, 1]);

/** Standard normal quantiles at (i + ½) / n by Newton's method on the error function's series. */
function quantiles(count: number): number[] {
  const below = (x: number) => {
    let [term, sum] = [x, x];
    for (let n = 3; n < 200; n += 2) sum += term *= (x * x) / n;
    return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  };
  return Array.from({ length: count }, (_, i) => {
    let x = 0;
    for (let round = 0; round < 60; round++) {
      const step = ((i + 0.5) / count - below(x)) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
      x += Math.max(-0.5, Math.min(0.5, step));
    }
    return x;
  });
}

const everywhere = null;
test.each<[number, readonly [number, number] | null, number, number, number]>([
  [0, everywhere, 0, 1.1203, 0.5],
  [1, everywhere, 0.9937, 0.5015, 0.96441],
  [2, everywhere, 1.3146, 0.3602, 0.99961],
  [4, everywhere, 1.6653, 0.2904, 0.99999],
  [7.5, everywhere, 2.0588, 0.2503, 1],
  [4, [0, 1], 1.1734, 0.3334, 0.99949],
  [4, [0.2, 1], 1.173, 0.3338, 0.99949],
  [4, [1, 80], 1.6495, 0.3041, 0.99999],
  [4, [0.28, 5.42], 1.5349, 0.2707, 0.99998],
])("two modes: scale %d, guided within %j, has mean %d, spread %d and accuracy %d", async (scale, window, ...told) => {
  const inside = guided(cfg, modePair, { scale });
  const limited = window
    ? guided(interval, { inside, outside: modePair.strong }, { sigmaLow: window[0], sigmaHigh: window[1] })
    : inside;
  const end = await walked(limited, karras(64, 80, 0.002), onAxis);
  const { mean, covariance } = pointMoments(end);
  const accuracy = averageOf(labelProbability(modes.mixture!, "A", end, 0));
  const [expected, spread, share] = told;
  expect(Math.abs(mean[0] - expected)).toBeLessThan(1e-3);
  expect(Math.abs(Math.sqrt(covariance[0]) - spread)).toBeLessThan(1e-3);
  expect(Math.abs(accuracy - share)).toBeLessThan(1e-4);
});

test.each([
  [0.2, 1],
  [0.28, 5.42],
])("guidance from %d to %d, both of them levels of the walk, follows the exact flow", async (low, high) => {
  const inside = guided(cfg, modePair, { scale: 4 });
  const limited = guided(interval, { inside, outside: modePair.strong }, { sigmaLow: low, sigmaHigh: high });
  const sigmas = [...karras(200, 80, 0.002), low, high].sort((a, b) => b - a);
  const some = sample(
    starts.filter((_, i) => Math.floor(i / 2) % 100 === 50),
    [10, 2, 1, 1],
  );
  const strong = mixtureField(modes.mixture!, weightsUnder(modes.mixture!, "A")!);
  const whole = mixtureField(modes.mixture!, weightsUnder(modes.mixture!, "")!);
  const stretches = [
    { field: strong, from: 80, to: high },
    { field: guidedField(strong, whole, 4), from: high, to: low },
    { field: strong, from: low, to: 0.002 },
  ];
  const exact = stretches.reduce((x, stretch) => exactFlow(x, stretch), some);
  expect(distance(await walked(limited, sigmas, some), exact)).toBeLessThan(2e-3);
});

test("guidance of equal Gaussians moves the mean by the scale and nothing else, with and without fresh noise", async () => {
  const twin = planeModel([
    { weight: 1, mean: [1, 0.5], std: 0.4, label: "a" },
    { weight: 1, mean: [-0.5, 0], std: 0.4, label: "b" },
  ]);
  const goal = [-0.5 + 3 * 1.5, 3 * 0.5];
  const noise = noiseOf(2).initial([3000, 2, 1, 1], "float64");
  const centre = sample(Array.from({ length: 3000 }, () => goal).flat(), [3000, 2, 1, 1]);
  const start = addScaled(centre, noise, Math.hypot(40, 0.4));
  const drawn = pointMoments(noise);
  const [guide, sigmas] = [guided(cfg, await pairOf(twin, "a", "b"), { scale: 3 }), karras(100, 40, 0.01)];
  const flow = pointMoments(await walked(guide, sigmas, start));
  const fresh = pointMoments(await walked(guide, sigmas, start, eulerAncestral));
  for (const i of [0, 1]) {
    expect(Math.abs(flow.mean[i] - goal[i] - 0.4 * drawn.mean[i])).toBeLessThan(1e-3);
    expect(Math.abs(fresh.mean[i] - goal[i])).toBeLessThan(0.03);
  }
  expect(Math.abs(Math.sqrt(flow.covariance[0] / drawn.covariance[0]) - 0.4)).toBeLessThan(1e-3);
  expect(Math.abs(Math.sqrt(fresh.covariance[0]) - 0.4)).toBeLessThan(0.03);
});

test("guidance overshoots the distribution p_A^w p^(1 - w) that it seems to aim at", async () => {
  const line = Array.from({ length: 1201 }, (_, i) => -6 + i / 100);
  const points = sample(
    line.flatMap((value) => [value, 0]),
    [line.length, 2, 1, 1],
  );
  const { mixture } = modes;
  const sides = { strong: weightsUnder(mixture!, "A")!, weak: weightsUnder(mixture!, "")! };
  for (const [scale, mean, spread] of [
    [2, 1.0355, 0.4683],
    [4, 1.0616, 0.4496],
    [7.5, 1.0845, 0.4355],
  ]) {
    const logs = poweredLogDensity(mixture!, { ...sides, scale }, points, 0);
    const top = Math.max(...logs);
    const density = Array.from(logs, (log) => Math.exp(log - top));
    const moment = (power: number) =>
      density.reduce((sum, share, i) => sum + share * line[i] ** power, 0) / density.reduce((a, b) => a + b);
    expect(moment(1)).toBeCloseTo(mean, 3);
    expect(Math.sqrt(moment(2) - moment(1) ** 2)).toBeCloseTo(spread, 3);
  }
});

test("between two labels, the confusion of an exact classifier is what guidance weighs", async () => {
  const reward = (name: string) =>
    (label.build!({ model: modes }, { label: name }, {} as never) as { reward: Reward }).reward;
  const inputs = {
    ...{ strong: modePair.strong, model: modes, others: [await modes.encodeText("B")] },
    rewards: [reward("A"), reward("B")],
  };
  const x = sample([-2, 0.3, 0.1, 0, 1.4, -1], [3, 2, 1, 1]);
  for (const sigma of [0.1, 1, 10]) {
    const call = callAt({ sigma });
    const rival = await guided(gradientFree, inputs, { scale: 4 })(x, sigma, call);
    expect(distance(rival, await guided(cfg, modePair, { scale: 4 })(x, sigma, call))).toBeLessThan(1e-9);
  }
});

test("on a ring, more guidance is more accurate, farther out and less varied", async () => {
  const model = modelOf(ring);
  const pair = await pairOf(model, "0");
  const start = times(noiseOf(3).initial([300, 2, 1, 1], "float64"), 80);
  const rows: number[][] = [];
  for (const scale of [1, 2, 4]) {
    const { data } = await walked(guided(cfg, pair, { scale }), karras(64, 80, 0.01), start);
    const points = Array.from({ length: 300 }, (_, i) => [data[2 * i], data[2 * i + 1]] as const);
    const radius = points.reduce((sum, [x, y]) => sum + Math.hypot(x, y), 0) / 300;
    const angle = Math.sqrt(points.reduce((sum, [x, y]) => sum + Math.atan2(y, x) ** 2, 0) / 300);
    const accuracy = averageOf(labelProbability(model.mixture!, "0", sample([...data], [300, 2, 1, 1]), 0));
    rows.push([accuracy, radius, -angle]);
  }
  for (const [i, row] of rows.slice(1).entries())
    for (const [j, value] of row.entries()) expect(value).toBeGreaterThan(rows[i][j]);
});

test("on a random field a walk is moved by each band's scale times the difference of the means", async () => {
  const pair = await pairOf(modelOf(field), "left", "right");
  const zero = sample(new Array(256).fill(0), [1, 1, 16, 16]);
  const [left, right] = [await pair.strong(zero, 1e6, callAt()), await pair.weak(zero, 1e6, callAt())];
  const difference = sub(left, right);
  const noise = times(noiseOf(4).initial([1, 1, 16, 16], "float64"), 80);
  const sigmas = karras(100, 80, 0.002);
  const plain = await walked(pair.weak, sigmas, add(noise, right));
  const moved = async (denoiser: Denoiser, by: Tensor) =>
    distance(await walked(denoiser, sigmas, add(add(noise, right), by)), add(plain, by));
  expect(await moved(guided(cfg, pair, { scale: 3 }), times(difference, 3))).toBeLessThan(1e-5);
  const bands = bandsOf(difference, 2, "cosine");
  const banded = guided(frequencyDecoupled, pair, { scaleLow: 2, scaleHigh: 6, split: "cosine" });
  expect(await moved(banded, add(times(bands[0], 6), times(bands[1], 2)))).toBeLessThan(1e-5);
});

test("pictures of one grey are a smaller picture's model of lower noise, so upsampling changes no walk", async () => {
  const model = modelOf(constant);
  const denoiser = model.denoiser(await model.encodeText(""));
  const start = times(noiseOf(5).initial([2, 1, 16, 16], "float64"), 80);
  const sigmas = karras(20, 80, 0.01);
  const plain = await walked(denoiser, sigmas, start);
  expect(distance(await walked(guided(upsample, { denoiser }, { factor: 2 }), sigmas, start), plain)).toBeLessThan(
    1e-9,
  );
});

test("on a tree, a blurred model guided by a more blurred one has fewer outliers and keeps its branches", async () => {
  const options = { levels: 3, seed: 0n };
  const [sharp, blurred, worse] = [0, 0.02, 0.04].map((blur) => modelOf(tree, { ...options, blur }));
  const mixture = sharp.mixture!;
  const own = weightsUnder(mixture, "a")!;
  const total = 200;
  const start = times(noiseOf(6).initial([total, 2, 1, 1], "float64"), 5);
  const ends = async (denoiser: Denoiser) => walked(denoiser, karras(25, 5, 0.002), start);
  const side = async (model: Model, text: string) => (await pairOf(model, text)).strong;
  const truth = await ends(await side(sharp, "a"));
  const limit = [...logDensity(mixture, own, truth, 0)].sort((a, b) => a - b)[1];
  const told = async (denoiser: Denoiser) => {
    const end = await ends(denoiser);
    const outliers = logDensity(mixture, own, end, 0).filter((log) => log < limit).length / total;
    return { outliers, entropy: entropyOf(end) };
  };
  const entropyOf = (points: Tensor) => {
    const counts = new Map<number, number>();
    for (let i = 0; i < total; i++) {
      const branch = branchAt(mixture, points.data[2 * i], points.data[2 * i + 1]);
      counts.set(branch, (counts.get(branch) ?? 0) + 1);
    }
    return [...counts.values()].reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
  };
  const strong = await side(blurred, "a");
  const plain = await told(strong);
  const auto = await told(guided(cfg, { strong, weak: await side(worse, "a") }, { scale: 2 }));
  const classes = await told(guided(cfg, { strong, weak: await side(blurred, "") }, { scale: 4 }));
  expect(plain.outliers).toBeGreaterThan(0.1);
  expect(auto.outliers).toBeLessThan(plain.outliers / 2);
  expect(auto.entropy).toBeGreaterThan(0.95 * entropyOf(truth));
  expect(classes.outliers).toBeGreaterThan(plain.outliers);
  expect(classes.entropy).toBeLessThan(auto.entropy);
});

/** Number of the branch, 8 Gaussians each, whose Gaussian is nearest. */
function branchAt({ gaussians }: Mixture, x: number, y: number): number {
  let [best, at] = [Infinity, 0];
  for (const [k, { mean }] of gaussians.entries()) {
    const far = Math.hypot(mean[0] - x, mean[1] - y);
    if (far < best) [best, at] = [far, k];
  }
  return Math.floor(at / 8);
}
