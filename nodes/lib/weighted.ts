import type { Call, Denoiser } from "../../shared/denoiser.ts";
import { addScaled, combine, extrapolate, scale } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** A denoiser and what its prediction counts in a sum. */
export type Weighted = readonly [denoiser: Denoiser, weight: number];

/**
 * Asks every denoiser whose weight is not 0, all at once, and adds the predictions up. With weights that sum to 1 the
 * result is the same in every prediction space. One denoiser of weight 1 is handed on as it is.
 */
export async function weightedSum(parts: readonly Weighted[], x: Tensor, sigma: number, call: Call): Promise<Tensor> {
  const used = parts.filter(([, weight]) => weight !== 0);
  const weights = used.map(([, weight]) => weight);
  const predictions = await Promise.all(used.map(([denoiser]) => denoiser(x, sigma, call)));
  const [first, second, ...rest] = predictions;
  if (!first) return scale(x, 0);
  if (!second) return weights[0] === 1 ? first : scale(first, weights[0]);
  const two =
    weights[0] === 1 - weights[1]
      ? extrapolate(first, second, weights[1])
      : combine(first, weights[0], second, weights[1]);
  return rest.reduce((sum, prediction, i) => addScaled(sum, prediction, weights[i + 2]), two);
}

/** What `evaluations` says of a denoiser under a weight. */
export function askedAt(weight: number): 0 | 1 {
  return weight === 0 ? 0 : 1;
}

/** 1 minus the sum of weights; sums of decimal fractions that mean 1 leave exactly 0, so that nothing is asked in vain. */
export function restOf(weights: readonly number[]): number {
  const rest = weights.reduce((left, weight) => left - weight, 1);
  return Math.abs(rest) < 1e-12 ? 0 : rest;
}
