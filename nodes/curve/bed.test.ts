import { expect, test } from "vitest";
import { curveOf } from "../../shared/curves/curve.ts";
import type { CallInfo, Curve } from "../../shared/denoiser.ts";
import { heun } from "../../shared/sampling/heun.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { node as cfg } from "../guidance/cfg.ts";
import { karrasLevels } from "../lib/samplerTesting.ts";
import { callAt, denoiserOf, guided, sample } from "../lib/testing.ts";
import { node as schedule } from "./schedule.ts";

const spread = 0.5;
/** Exact prediction of N(mean, 0.5²). */
const towards = (mean: number, x: number, sigma: number) =>
  (spread ** 2 * x + sigma ** 2 * mean) / (spread ** 2 + sigma ** 2);
/** Share of the mode at 1 in a place, with modes at 1 and -1. */
const shareAt = (x: number, sigma: number) => 1 / (1 + Math.exp((-2 * x) / (spread ** 2 + sigma ** 2)));
const each = (x: Tensor, f: (value: number) => number) => sample(Array.from(x.data, f), x.shape);

const one = denoiserOf((x, sigma) => each(x, (value) => towards(1, value, sigma)));
const other = denoiserOf((x, sigma) => each(x, (value) => towards(-1, value, sigma)));
const both = denoiserOf((x, sigma) =>
  each(x, (value) => {
    const share = shareAt(value, sigma);
    return share * towards(1, value, sigma) + (1 - share) * towards(-1, value, sigma);
  }),
);

/** Guides along a curve with Heun's method; `guided` checks that evaluations are foretold. */
async function walked(weak: typeof one, scale: Curve, sigmas: readonly number[], start: Tensor): Promise<Tensor> {
  const steps = sigmas.length - 1;
  const io = {
    noise: (like: Tensor) => like,
    call: (step: number, stage: number) =>
      callAt({ step, steps, stage, sigma: sigmas[step], next: sigmas[step + 1], sigmas }),
    step: async () => {},
  };
  const denoiser = guided(cfg, { strong: one, weak }, { scale });
  return heun.sample(denoiser, start, sigmas, io, { eta: 0, noiseScale: 1, churn: 0, frame: "variance-exploding" });
}

test("a curve over sigma shifts the mean by its average, weighted as the closed form says", async () => {
  const curve = curveOf({
    over: "sigma",
    interpolation: "monotone",
    points: [
      [0.05, 1],
      [0.5, 6],
      [4, 2],
      [30, 3],
    ],
  });
  const at = (sigma: number) => curve({ sigma } as CallInfo);
  let mean = 0;
  const d = 0.001;
  for (let logSigma = Math.log(1e-4); logSigma < Math.log(1e4); logSigma += d) {
    const sigma = Math.exp(logSigma + d / 2);
    mean += ((spread * at(sigma) * sigma) / (spread ** 2 + sigma ** 2) ** 1.5) * sigma * d;
  }
  const sigmas = Array.from({ length: 601 }, (_, i) => 200 * (0.0005 / 200) ** (i / 600));
  const end = await walked(other, curve, sigmas, sample([-1 + 2 * curve({ sigma: 200 } as CallInfo), 0], [2, 1, 1, 1]));
  // A walk from the middle of the noise ends in the middle of the picture.
  expect(Math.abs(end.data[0] - (-1 + 2 * mean))).toBeLessThan(0.02);
});

/** Quantiles of N(0, 80²). */
const starts = sample(
  Array.from({ length: 1001 }, (_, i) => 80 * normalQuantile((i + 0.5) / 1001)),
  [1001, 1, 1, 1],
);

function normalQuantile(p: number): number {
  let [low, high] = [-6, 6];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** By its series, exact to rounding for |z| up to 6. */
function normalCdf(z: number): number {
  let [term, total] = [z, z];
  for (let k = 1; k < 200; k++) {
    term *= (z * z) / (2 * k + 1);
    total += term;
  }
  return 0.5 + (total * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

async function onModes(scale: Curve) {
  const end = await walked(both, scale, karrasLevels(64, 80, 0.002), starts);
  const data = Array.from(end.data);
  const mean = data.reduce((sum, x) => sum + x, 0) / 1001;
  const sd = Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 1001);
  const accuracy = data.reduce((sum, x) => sum + shareAt(x, 0), 0) / 1001;
  return { mean, sd, accuracy };
}

const shaped = (shape: "linear" | "inverse-linear"): Curve => {
  const params = { shape, scale: 4, power: 1, reading: "above-one", floor: null, domain: "step" } as const;
  return schedule.build!({}, params, {} as never).curve;
};

test("a drawn interval gives the published mean and spread of two modes", async () => {
  const points = [
    [0.28, 1],
    [5.42, 4],
    [100, 1],
  ] as const;
  const { mean, sd, accuracy } = await onModes(curveOf({ over: "sigma", interpolation: "step", points }));
  // Its ends are no levels of this walk, and a step has one weight: so near, not nearer.
  expect(Math.abs(mean - 1.5349)).toBeLessThan(0.015);
  expect(Math.abs(sd - 0.2707)).toBeLessThan(0.015);
  expect(accuracy).toBeGreaterThan(0.9999);
});

test("a rising schedule overshoots less than its constant at the same accuracy, a falling one more", async () => {
  const [constant, rising, falling] = [
    await onModes(() => 4),
    await onModes(shaped("linear")),
    await onModes(shaped("inverse-linear")),
  ];
  expect(constant.mean).toBeCloseTo(1.6653, 2);
  expect(rising.mean).toBeLessThan(constant.mean);
  expect(falling.mean).toBeGreaterThan(constant.mean);
  expect(rising.accuracy).toBeGreaterThan(0.999);
});
