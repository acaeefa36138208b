import { expect, test } from "vitest";
import { addScaled, combine, extrapolate, fromNumbers, mean2 } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { denoiseMixture } from "./denoise.ts";
import { labelProbability } from "./density.ts";
import { mixtureOf, weightsUnder } from "./mixture.ts";
import { pointMoments } from "./moments.ts";

/** Two modes on a line: A = N(1, ½²) and B = N(−1, ½²), half of all each. */
const modes = mixtureOf(
  [1, -1].map((mean) => ({
    weight: 1,
    mean: Float64Array.of(mean),
    variances: Float64Array.of(0.25),
    basis: null,
    label: mean > 0 ? "A" : "B",
  })),
);
const under = (label: string): Tensor => ({ data: weightsUnder(modes, label)!, shape: [1, 1, 2] });
const [strong, weak] = [under("A"), under("")];

/** Karras's levels with rho 7 and a last step to 0. */
const sigmas = Array.from(
  { length: 64 },
  (_, i) => (80 ** (1 / 7) + (i / 63) * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7,
);

/** The standard normal's quantiles at (i + ½) / n, by bisection. */
function quantiles(count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    let [low, high] = [-6, 6];
    for (let round = 0; round < 50; round++) {
      const middle = (low + high) / 2;
      if (below(middle) < (i + 0.5) / count) low = middle;
      else high = middle;
    }
    return low;
  });
}

/** Share of a standard normal below x: ½ + density · (x + x³/3 + x⁵/15 + …). */
function below(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 3; n < 200; n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

type Weight = (sigma: number) => number;

function heun(start: Tensor, weight: Weight): Tensor {
  const denoised = (x: Tensor, sigma: number) =>
    extrapolate(denoiseMixture(x, sigma, modes, weak), denoiseMixture(x, sigma, modes, strong), weight(sigma));
  const slope = (x: Tensor, sigma: number) => combine(x, 1 / sigma, denoised(x, sigma), -1 / sigma);
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const d = slope(x, sigmas[i]);
    const step = sigmas[i + 1] - sigmas[i];
    x = addScaled(x, mean2(d, slope(addScaled(x, d, step), sigmas[i + 1])), step);
  }
  return x;
}

const within =
  (scale: number, low: number, high: number): Weight =>
  (sigma) =>
    sigma > low && sigma <= high ? scale : 1;
const start = fromNumbers(
  quantiles(1001).map((value) => 80 * value),
  [1001, 1],
  "float64",
);

test.each<[string, Weight, number, number, number]>([
  ["unconditional", () => 0, 0, 1.1203, 0.5],
  ["scale 1", () => 1, 0.9937, 0.5015, 0.96441],
  ["scale 2", () => 2, 1.3146, 0.3602, 0.99961],
  ["scale 4", () => 4, 1.6653, 0.2904, 0.99999],
  ["scale 7.5", () => 7.5, 2.0588, 0.2503, 1],
  ["scale 4 in (0, 1]", within(4, 0, 1), 1.1734, 0.3334, 0.99949],
  ["scale 4 in (0.2, 1]", within(4, 0.2, 1), 1.173, 0.3338, 0.99949],
  ["scale 4 in (1, 80]", within(4, 1, 80), 1.6495, 0.3041, 0.99999],
  ["scale 4 in (0.28, 5.42]", within(4, 0.28, 5.42), 1.5349, 0.2707, 0.99998],
])("two modes, %s: mean, deviation and accuracy of the guided points", (_name, weight, mean, deviation, accuracy) => {
  const end = heun(start, weight);
  const moments = pointMoments(end);
  expect(moments.mean[0]).toBeCloseTo(mean, 4);
  // The table divides by the number of points.
  expect(Math.sqrt((moments.covariance[0] * 1000) / 1001)).toBeCloseTo(deviation, 4);
  const sum = labelProbability(modes, "A", end, 0).reduce((total, one) => total + one, 0);
  expect(sum / 1001).toBeCloseTo(accuracy, 4);
});
