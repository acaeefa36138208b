import { addScaled, combine, scale } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Frame, Sampler, SamplerCall, SamplerIo, SamplerOptions } from "./sampler.ts";

/** Factor of the clean sample at a level: x = alpha · x0 + level · eps. */
export function alphaOf(level: number, frame: Frame): number {
  return frame === "flow" ? 1 - level : 1;
}

/** dx/dsigma = (x − denoised) / sigma, in both frames. */
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

/** Fresh noise for a step: x becomes keep · x + deviation · noise. */
export interface Renoising {
  readonly keep: number;
  readonly deviation: number;
}

export interface AncestralStep extends Renoising {
  /** Where the deterministic part goes. */
  readonly sigmaDown: number;
}

/**
 * Splits a step from sigma to next into a deterministic part down to `sigmaDown` and noise. Variance-exploding:
 * sigmaDown² + deviation² = next², the same as eq. 16 of DDIM (arXiv:2010.02502) with that eta. Flow: sigmaDown is next
 * shortened by 1 + eta · (next / sigma − 1), then the clean part is brought back to its weight at next (as ComfyUI's
 * ancestral samplers for rectified flow).
 */
export function ancestralStep(sigma: number, next: number, { eta, frame }: SamplerOptions): AncestralStep {
  if (frame === "flow") {
    const sigmaDown = next * (1 + (next / sigma - 1) * eta);
    const keep = (1 - next) / (1 - sigmaDown);
    return { sigmaDown, keep, deviation: Math.sqrt(Math.max(0, next ** 2 - (sigmaDown * keep) ** 2)) };
  }
  const deviation = Math.min(next, eta * Math.sqrt((next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2));
  return { sigmaDown: Math.sqrt(next ** 2 - deviation ** 2), keep: 1, deviation };
}

/** Noise that lifts a sample from a level to a higher one. */
export function lift(from: number, to: number, frame: Frame): Renoising {
  const keep = from === to ? 1 : alphaOf(to, frame) / alphaOf(from, frame);
  return { keep, deviation: Math.sqrt(Math.max(0, to ** 2 - (keep * from) ** 2)) };
}

/** x with fresh noise for the move from sigma to next. */
export function renoise(
  x: Tensor,
  { keep, deviation }: Renoising,
  sigma: number,
  next: number,
  io: SamplerIo,
  options: SamplerOptions,
): Tensor {
  const factor = deviation * options.noiseScale;
  if (factor !== 0) return combine(x, keep, io.noise(x, sigma, next), factor);
  return keep === 1 ? x : scale(x, keep);
}

/** x with fresh noise of a deviation, its own part kept whole. */
export function addNoise(
  x: Tensor,
  deviation: number,
  sigma: number,
  next: number,
  io: SamplerIo,
  options: SamplerOptions,
): Tensor {
  return renoise(x, { keep: 1, deviation }, sigma, next, io, options);
}

/** The level that a step is taken from: with churn above the one where it starts. */
function levelHat(sigma: number, steps: number, { churn, frame }: SamplerOptions): number {
  const raised = sigma * (1 + Math.min(churn / steps, Math.SQRT2 - 1));
  return frame === "flow" ? Math.min(Math.max(sigma, 1 - 1e-4), raised) : raised;
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
  const sigmaHat = levelHat(sigma, steps, options);
  return { x: renoise(x, lift(sigma, sigmaHat, options.frame), sigma, sigmaHat, io, options), sigmaHat };
}

/** Adds weighted slopes: x + Σ weights[j] · slopes[j]. */
export function addWeighted(x: Tensor, slopes: readonly Tensor[], weights: readonly number[]): Tensor {
  return weights.reduce((sum, weight, j) => addScaled(sum, slopes[j], weight), x);
}

/** One evaluation for each step. */
export function* oneCallAStep(sigmas: readonly number[]): Iterable<SamplerCall> {
  for (let step = 0; step + 1 < sigmas.length; step++) yield { step, stage: 0 };
}

/** Evaluations of samplers that lift their steps (`lifted`): at the start, and at the levels that `inner` tells for a step. */
export function liftedCalls(
  inner: (levelHat: number, step: number, sigmas: readonly number[]) => readonly number[],
): Sampler["calls"] {
  return function* (sigmas, options) {
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const level = levelHat(sigmas[step], sigmas.length - 1, options);
      yield { step, stage: 0, level };
      for (const [i, one] of inner(level, step, sigmas).entries()) yield { step, stage: i + 1, level: one };
    }
  };
}
