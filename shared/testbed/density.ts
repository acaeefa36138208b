import { cast } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { stretch } from "./basis.ts";
import type { Mixture } from "./mixture.ts";
import { Posterior } from "./posterior.ts";

/**
 * Log density of a mixture blurred by noise of deviation sigma, at points x [N, …]: [N]. `weights` [K] add up to 1, as
 * `weightsUnder` gives them. Sigma 0 is the density itself.
 */
export function logDensity(mixture: Mixture, weights: Float64Array, x: Tensor, sigma: number): Float64Array {
  const densities = new Float64Array(x.shape[0]);
  eachPoint(mixture, weights, x, sigma, (posterior, n) => {
    densities[n] = posterior.logDensity;
  });
  return densities;
}

/** Slope of `logDensity` at points x [N, …], float64 and shaped as x. Exact at small sigma too: nothing is divided by it. */
export function score(mixture: Mixture, weights: Float64Array, x: Tensor, sigma: number): Tensor {
  const data = cast(x, "float64").data as Float64Array;
  const result = new Float64Array(data.length);
  eachPoint(mixture, weights, x, sigma, (posterior, n) => {
    const start = n * mixture.size;
    addScore(posterior, data, start, result.subarray(start, start + mixture.size));
  });
  return { data: result, shape: x.shape };
}

/** Adds the slope of the log density at the sample x[start…], which the posterior looks at, to `into`, [d]. */
export function addScore(posterior: Posterior, x: Float64Array, start: number, into: Float64Array): void {
  for (const [k, { mean, basis }] of posterior.mixture.gaussians.entries()) {
    const share = posterior.shares[k];
    if (share === 0) continue;
    const inverse = posterior.inverse(k);
    if (basis) {
      const away = mean.map((value, i) => value - x[start + i]);
      const squares = inverse.map((one) => one * one);
      stretch(basis, squares, away, 0).forEach((pull, i) => {
        into[i] += share * pull;
      });
      continue;
    }
    for (let i = 0; i < into.length; i++) into[i] += share * (mean[i] - x[start + i]) * inverse[i] * inverse[i];
  }
}

/** Probability of a label given points x [N, …] with noise of deviation sigma: [N]. */
export function labelProbability(mixture: Mixture, label: string, x: Tensor, sigma: number): Float64Array {
  const probabilities = new Float64Array(x.shape[0]);
  const all = Float64Array.from(mixture.gaussians, (one) => one.weight);
  eachPoint(mixture, all, x, sigma, ({ shares }, n) => {
    for (const [k, one] of mixture.gaussians.entries()) if (one.label === label) probabilities[n] += shares[k];
  });
  return probabilities;
}

/**
 * Log of strong^scale · weak^(1 − scale), blurred by noise each, at points x [N, …]: [N]. Not normalised. What guidance
 * is often said to sample from, and does not.
 */
export function poweredLogDensity(
  mixture: Mixture,
  { strong, weak, scale }: { readonly strong: Float64Array; readonly weak: Float64Array; readonly scale: number },
  x: Tensor,
  sigma: number,
): Float64Array {
  const others = logDensity(mixture, weak, x, sigma);
  return logDensity(mixture, strong, x, sigma).map((one, n) => scale * one + (1 - scale) * others[n]);
}

function eachPoint(
  mixture: Mixture,
  weights: Float64Array,
  x: Tensor,
  sigma: number,
  visit: (posterior: Posterior, n: number) => void,
): void {
  const posterior = new Posterior(mixture, sigma);
  const data = cast(x, "float64").data as Float64Array;
  for (let n = 0; n < x.shape[0]; n++) {
    posterior.look(data, n * mixture.size, weights, 0);
    visit(posterior, n);
  }
}
