import { expect, test } from "vitest";
import { fromNumbers } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { denoiseMixture } from "./denoise.ts";
import { labelProbability, logDensity, poweredLogDensity, score } from "./density.ts";
import { exactFlow, guidedField, mixtureField } from "./exact.ts";
import { flowVariance, intervalVariance, poweredVariance, stochasticVariance } from "./guided.ts";
import { mixtureOf, planeMixture, weightsUnder } from "./mixture.ts";
import { momentsOf, pointMoments } from "./moments.ts";

const plane = planeMixture([
  { weight: 2, mean: [2, 0], std: 0.3, label: "a" },
  { weight: 1, mean: [1, 1.2], std: 0.25, label: "a" },
  { weight: 2, mean: [-1, 1.5], std: 0.5, label: "b" },
]);
const all = weightsUnder(plane, "")!;
const points = fromNumbers([0.3, 0.4, 1.7, -0.2, -1, 1], [3, 2, 1, 1], "float64");
const line = (deviation: number) =>
  mixtureOf([
    { weight: 1, mean: Float64Array.of(0), variances: Float64Array.of(deviation ** 2), basis: null, label: "" },
  ]);
const one = Float64Array.of(1);

/** Sum over a grid of the plane. */
function integral(f: (grid: Tensor) => Float64Array): number {
  const side = 161;
  const at = (i: number) => -4 + (8 * i) / (side - 1);
  const values = Array.from({ length: side * side }, (_, n) => [at(n % side), at(Math.floor(n / side))]).flat();
  return f(fromNumbers(values, [side * side, 2], "float64")).reduce((sum, value) => sum + value, 0) * 0.05 ** 2;
}

test("a density integrates to 1 and its moments are those of the formula", () => {
  expect(integral((grid) => logDensity(plane, all, grid, 0).map(Math.exp))).toBeCloseTo(1, 6);
  const { mean, covariance } = momentsOf(plane, all);
  const moment = (f: (x: number, y: number) => number) =>
    integral((grid) =>
      logDensity(plane, all, grid, 0).map((log, n) => Math.exp(log) * f(grid.data[2 * n], grid.data[2 * n + 1])),
    );
  expect(mean[0]).toBeCloseTo(
    moment((x) => x),
    6,
  );
  expect(covariance[0]).toBeCloseTo(
    moment((x) => (x - mean[0]) ** 2),
    5,
  );
  expect(covariance[1]).toBeCloseTo(
    moment((x, y) => (x - mean[0]) * (y - mean[1])),
    5,
  );
  expect(covariance[2]).toBe(covariance[1]);
});

test("the moments of points are numpy's mean and cov", () => {
  const { mean, covariance } = pointMoments(fromNumbers([1, 2, 3, 6, 5, 4], [3, 2], "float64"));
  expect([...mean]).toEqual([expect.closeTo(3), expect.closeTo(4)]);
  expect([...covariance]).toEqual([4, 2, 2, 4].map((value) => expect.closeTo(value)));
});

test.each([0.02, 0.5, 10])("slope, denoiser and label agree at sigma %d: D_a − D = sigma² ∇ log p(a | x)", (sigma) => {
  const a = weightsUnder(plane, "a")!;
  const tensorOf = (data: Float64Array) => ({ data, shape: [1, 1, 3] });
  const whole = denoiseMixture(points, sigma, plane, tensorOf(all)).data;
  const labelled = denoiseMixture(points, sigma, plane, tensorOf(a)).data;
  const slopes = score(plane, all, points, sigma).data;
  const h = 1e-4 * sigma;
  for (let i = 0; i < 6; i++) {
    expect(whole[i]).toBeCloseTo(points.data[i] + sigma ** 2 * slopes[i], 12);
    const logLabel = (step: number) => {
      const moved = points.data.slice();
      moved[i] += step;
      return Math.log(labelProbability(plane, "a", { data: moved, shape: points.shape }, sigma)[Math.floor(i / 2)]);
    };
    const slope = (logLabel(h) - logLabel(-h)) / (2 * h);
    expect(labelled[i] - whole[i]).toBeCloseTo(sigma ** 2 * slope, 5);
  }
});

test("the flow of a Gaussian shrinks by its deviations", () => {
  const x = fromNumbers([3, -8], [2, 1], "float64");
  for (const to of [0.03, 0]) {
    const end = exactFlow(x, { field: mixtureField(line(0.5), one), from: 14.6, to });
    const factor = Math.sqrt((0.25 + to ** 2) / (0.25 + 14.6 ** 2));
    expect(end.data[0]).toBeCloseTo(3 * factor, 9);
    expect(end.data[1]).toBeCloseTo(-8 * factor, 9);
  }
});

test("a tighter tolerance moves the flow of a mixture by no more than the looser one's error", () => {
  const x = { data: points.data.map((value) => value * 14), shape: points.shape };
  const walk = { field: mixtureField(plane, all), from: 14.6, to: 0 };
  const fine = exactFlow(x, { ...walk, tolerance: 1e-12 }).data;
  for (const [i, value] of exactFlow(x, walk).data.entries()) expect(value).toBeCloseTo(fine[i], 7);
});

test.each([
  [2, 0.5, 0.583333, 0.666667],
  [3, 0.25, 0.3875, 0.5],
  [5, 0.0625, 0.221788, 0.333333],
])("guided Gaussians at scale %d: flow %d, stochastic %d, powered %d", (scale, flow, stochastic, powered) => {
  const pair = { strong: 1, weak: Math.SQRT2, scale };
  expect(flowVariance(pair)).toBeCloseTo(flow, 12);
  expect(stochasticVariance(pair)).toBeCloseTo(stochastic, 6);
  expect(poweredVariance(pair)).toBeCloseTo(powered, 6);
  const field = guidedField(mixtureField(line(1), one), mixtureField(line(Math.SQRT2), one), scale);
  const end = exactFlow(fromNumbers([1e4], [1, 1], "float64"), { field, from: 1e4, to: 0 });
  expect(end.data[0] ** 2).toBeCloseTo(flow, 6);
});

test.each([
  [2, 0.3125],
  [3, 0.1953],
])("a weak model that is too broad narrows the strong one at scale %d to %d", (scale, deviation) => {
  expect(Math.sqrt(flowVariance({ strong: 0.5, weak: 0.8, scale }))).toBeCloseTo(deviation, 4);
});

test("an interval of guidance, and a scale where strong and weak are one", () => {
  const pair = { strong: 1, weak: Math.SQRT2, scale: 3 };
  expect(intervalVariance(pair, { low: 0.5, high: 2 })).toBeCloseTo(0.444444, 6);
  expect(intervalVariance(pair, { low: 0, high: Infinity })).toBeCloseTo(flowVariance(pair), 12);
  expect(stochasticVariance({ strong: 0.7, weak: 0.7, scale: 4 })).toBeCloseTo(0.49, 12);
  expect(stochasticVariance({ strong: 1, weak: 2, scale: 0.5 })).toBeCloseTo((4 * Math.log(4)) / 3, 12);
  expect(poweredVariance({ strong: 2, weak: 1, scale: 3 })).toBeNaN();
});

test("strong^w · weak^(1 − w) of equal Gaussians is one that lies w times as far", () => {
  const pair = mixtureOf(
    ["c", "u"].map((label, i) => ({
      weight: 1,
      mean: Float64Array.of(1 - i, 0),
      variances: Float64Array.of(0.3, 0.3),
      basis: null,
      label,
    })),
  );
  const weights = { strong: weightsUnder(pair, "c")!, weak: weightsUnder(pair, "u")!, scale: 3 };
  const logs = poweredLogDensity(pair, weights, fromNumbers([3, 0, 3.2, 0, 2.8, 0], [3, 2], "float64"), 0);
  expect(logs[0]).toBeGreaterThan(logs[1]);
  expect(logs[1]).toBeCloseTo(logs[2], 10);
});
