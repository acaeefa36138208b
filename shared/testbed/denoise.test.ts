import { expect, test } from "vitest";
import { dot, fromNumbers, pullback, track } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Component } from "./component.ts";
import { denoiseMixture } from "./denoise.ts";
import { type Mixture, mixtureOf, planeMixture, weightsUnder } from "./mixture.ts";

const components: Component[] = [
  { weight: 0.4, mean: [2, 0], std: 0.3, label: "a" },
  { weight: 0.2, mean: [1, 1.2], std: 0.25, label: "a" },
  { weight: 0.3, mean: [-1, 1.5], std: 0.5, label: "b" },
  { weight: 0.1, mean: [0, -2], std: 0.2, label: "" },
];
const plane = planeMixture(components);
/** Two Gaussians that lie slanted, in a basis of their own each. */
const slanted = mixtureOf(
  [0.3, 1.2].map((angle, i) => ({
    weight: 1 + i,
    mean: Float64Array.of(i, -i),
    variances: Float64Array.of(0.8, 0.05),
    basis: Float64Array.of(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle)),
    label: "",
  })),
);
const under = (mixture: Mixture, label = ""): Tensor => {
  const data = weightsUnder(mixture, label)!;
  return { data, shape: [1, 1, data.length] };
};
const points = fromNumbers([0.3, 0.4, 1.7, -0.2, -1, 1, 2.5, 3], [4, 2, 1, 1], "float64");

/** log p(x; sigma) of the components of a label, in the words of the formula, without any care for large numbers. */
function logDensity(x: number, y: number, sigma: number, labels: readonly string[]): number {
  const chosen = components.filter((one) => labels.includes(one.label));
  const densities = chosen.map(({ weight, mean, std }) => {
    const variance = std ** 2 + sigma ** 2;
    return (weight / variance) * Math.exp(-((x - mean[0]) ** 2 + (y - mean[1]) ** 2) / (2 * variance));
  });
  return Math.log(densities.reduce((sum, one) => sum + one, 0));
}

test.each([0.1, 0.7, 3])("the denoiser is x + sigma² times the slope of the log density at %d", (sigma) => {
  const all = denoiseMixture(points, sigma, plane, under(plane)).data;
  const labelled = denoiseMixture(points, sigma, plane, under(plane, "a")).data;
  const h = 1e-5;
  for (let b = 0; b < 4; b++) {
    const [x, y] = points.data.slice(2 * b, 2 * b + 2);
    const slope = (labels: string[]) =>
      (logDensity(x + h, y, sigma, labels) - logDensity(x - h, y, sigma, labels)) / (2 * h);
    expect(all[2 * b]).toBeCloseTo(x + sigma ** 2 * slope(["a", "b", ""]), 7);
    expect(labelled[2 * b]).toBeCloseTo(x + sigma ** 2 * slope(["a"]), 7);
  }
});

test("a batch is its samples, to the bit, and each sample may have weights of its own", () => {
  const both = fromNumbers([0, 0, 1, 0, 0.5, 0.5, 0, 0], [2, 1, 4], "float64");
  const pair = { data: points.data.slice(0, 4), shape: [2, 2, 1, 1] };
  const joined = denoiseMixture(pair, 0.8, plane, both).data;
  for (const b of [0, 1]) {
    const alone = { data: points.data.slice(2 * b, 2 * b + 2), shape: [1, 2, 1, 1] };
    const weights = { data: both.data.slice(4 * b, 4 * b + 4), shape: [1, 1, 4] };
    expect(joined.slice(2 * b, 2 * b + 2)).toEqual(denoiseMixture(alone, 0.8, plane, weights).data);
  }
});

test.each([0, 1e-200, 1e-8, 80, 2 ** 24, 1e160, Infinity])("sigma %d gives finite numbers", (sigma) => {
  const x = { data: points.data.map((value) => value * Math.min(sigma + 1, 1e300)), shape: points.shape };
  const denoised = denoiseMixture(x, sigma, plane, under(plane)).data;
  expect(denoised.every(Number.isFinite)).toBe(true);
  // Noise that hides everything leaves the mean of the mixture (a finite x times the shrinkage is gone too).
  if (sigma >= 1e160) expect([...denoised.slice(0, 2)]).toEqual([0.7, 0.49].map((value) => expect.closeTo(value, 12)));
  if (sigma <= 1e-8) for (const [i, value] of denoised.entries()) expect(value).toBeCloseTo(x.data[i], 12);
});

test.each<[string, Mixture]>([
  ["round", plane],
  ["slanted", slanted],
])("the derivative of a %s mixture is that of finite differences", async (_name, mixture) => {
  const weights = under(mixture);
  const towards = fromNumbers([1, -2, 0.5, 1, 0.3, -0.7, 2, 1], [4, 2, 1, 1], "float64");
  for (const sigma of [0.05, 0.6, 5]) {
    const x = track(points);
    const [gradient] = await pullback(denoiseMixture(x, sigma, mixture, weights), towards, [x]);
    for (let i = 0; i < 8; i++) {
      const at = (step: number) => {
        const moved = points.data.slice();
        moved[i] += step;
        const value = dot(denoiseMixture({ data: moved, shape: points.shape }, sigma, mixture, weights), towards);
        return Array.from(value.data).reduce((sum, one) => sum + one, 0);
      };
      expect(gradient.data[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 6);
    }
  }
});

test("float32 points are widened; points and weights of another model are refused", () => {
  const narrow = { data: Float32Array.from(points.data), shape: points.shape };
  expect(denoiseMixture(narrow, 1, plane, under(plane)).data).toBeInstanceOf(Float64Array);
  expect(() => denoiseMixture({ ...points, shape: [1, 8] }, 1, plane, under(plane))).toThrow("takes 2 numbers");
  expect(() => denoiseMixture(points, 1, plane, under(slanted))).toThrow("another model");
});
