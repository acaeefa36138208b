import { addScaled, combine } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { SamplerCall, SamplerIo, SamplerOptions } from "./sampler.ts";

/** dx/dsigma = (x − denoised) / sigma. */
export function slope(x: Tensor, denoised: Tensor, sigma: number): Tensor {
  return combine(x, 1 / sigma, denoised, -1 / sigma);
}

/**
 * Euler's step from sigma to next, written as a mix of x and the prediction: denoised + (next / sigma)(x − denoised). The
 * same as x + (next − sigma) · slope, without its cancellation at very large sigma.
 */
export function eulerStep(x: Tensor, denoised: Tensor, sigma: number, next: number): Tensor {
  if (next === 0) return denoised;
  return combine(denoised, 1 - next / sigma, x, next / sigma);
}

/**
 * Splits a step from sigma to next into a deterministic part down to `sigmaDown` and noise of deviation `sigmaUp`, with
 * sigmaDown² + sigmaUp² = next². In these coordinates the same as eq. 16 of DDIM (arXiv:2010.02502) with that eta.
 */
export function ancestralStep(sigma: number, next: number, eta: number): { sigmaDown: number; sigmaUp: number } {
  const sigmaUp = Math.min(next, eta * Math.sqrt((next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2));
  return { sigmaDown: Math.sqrt(next ** 2 - sigmaUp ** 2), sigmaUp };
}

/** x with fresh noise of deviation `deviation` for the move from sigma to next. */
export function renoise(
  x: Tensor,
  deviation: number,
  sigma: number,
  next: number,
  io: SamplerIo,
  options: SamplerOptions,
): Tensor {
  const factor = deviation * options.noiseScale;
  return factor === 0 ? x : addScaled(x, io.noise(x, sigma, next), factor);
}

/**
 * x lifted to the level that its step is taken from: some noise is added first, spread over the walk as S_churn says
 * (arXiv:2206.00364, algorithm 2, line 4 to 6). Without churn it stays where it is.
 */
export function lifted(
  x: Tensor,
  sigma: number,
  steps: number,
  io: SamplerIo,
  options: SamplerOptions,
): { readonly x: Tensor; readonly sigmaHat: number } {
  const sigmaHat = sigma * (1 + Math.min(options.churn / steps, Math.SQRT2 - 1));
  return { x: renoise(x, Math.sqrt(sigmaHat ** 2 - sigma ** 2), sigmaHat, sigma, io, options), sigmaHat };
}

/** One evaluation for each step. */
export function* oneCallAStep(sigmas: readonly number[]): Iterable<SamplerCall> {
  for (let step = 0; step + 1 < sigmas.length; step++) yield { step, stage: 0 };
}

/** Two evaluations for each step, one on a step to 0. */
export function* twoCallsAStep(sigmas: readonly number[]): Iterable<SamplerCall> {
  for (let step = 0; step + 1 < sigmas.length; step++) {
    yield { step, stage: 0 };
    if (sigmas[step + 1] !== 0) yield { step, stage: 1 };
  }
}
