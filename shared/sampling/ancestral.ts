import type { Denoiser } from "../denoiser.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Frame, Sampler, SamplerCall, SamplerIo, SamplerOptions } from "./sampler.ts";
import { ancestralStep, eulerStep, renoise } from "./steps.ts";

/** Calls of an ancestral walk: each step's deterministic part goes to sigmaDown. */
export function* ancestralCalls(
  sigmas: readonly number[],
  options: SamplerOptions,
): Iterable<SamplerCall & { readonly next: number }> {
  for (let step = 0; step + 1 < sigmas.length; step++) {
    yield { step, stage: 0, next: ancestralStep(sigmas[step], sigmas[step + 1], options).sigmaDown };
  }
}

/**
 * Calls of an ancestral walk with an evaluation in the `middle` of the deterministic part, which one that goes to 0 does
 * not need.
 */
export function ancestralPairs(middle: (sigma: number, down: number, frame: Frame) => number): Sampler["calls"] {
  return function* (sigmas, options) {
    for (const call of ancestralCalls(sigmas, options)) {
      yield call;
      if (call.next !== 0) yield { ...call, stage: 1, level: middle(sigmas[call.step], call.next, options.frame) };
    }
  };
}

/** Euler steps down to sigmaDown, then fresh noise up to the next level. Eta 0 is Euler's method. */
export async function ancestralWalk(
  denoiser: Denoiser,
  start: Tensor,
  sigmas: readonly number[],
  io: SamplerIo,
  options: SamplerOptions,
): Promise<Tensor> {
  let x = start;
  for (let step = 0; step + 1 < sigmas.length; step++) {
    const [sigma, next] = [sigmas[step], sigmas[step + 1]];
    const part = ancestralStep(sigma, next, options);
    const denoised = await denoiser(x, sigma, io.call(step, 0, part.sigmaDown));
    await io.step({ step, sigma, x, denoised });
    x = renoise(eulerStep(x, denoised, sigma, part.sigmaDown), part, sigma, next, io, options);
  }
  return x;
}
