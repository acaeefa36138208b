import type { Tensor } from "../tensor/tensor.ts";
import { lagrangeBasis } from "./polynomial.ts";
import type { Sampler } from "./sampler.ts";
import { addWeighted, oneCallAStep, slope } from "./steps.ts";

const maxOrder = 4;

/**
 * Weights of the last slopes in a step from sigmas[i] to sigmas[i + 1]: the integral of each Lagrange polynomial through
 * the levels they were taken at. Exact; levels are measured from sigmas[i] to keep their digits.
 */
function multistepWeights(order: number, sigmas: readonly number[], i: number): number[] {
  const at = Array.from({ length: order }, (_, j) => sigmas[i - j] - sigmas[i]);
  const end = sigmas[i + 1] - sigmas[i];
  return lagrangeBasis(at).map((polynomial) =>
    polynomial.reduce((sum, coefficient, power) => sum + (coefficient * end ** (power + 1)) / (power + 1), 0),
  );
}

/** Linear multistep (Adams–Bashforth on the levels as they lie) of order 4, as k-diffusion's sample_lms. One evaluation a step. */
export const lms: Sampler = {
  id: "lms",
  title: "LMS",
  summary: "Fourth order multistep from one evaluation a step; smooth, needs 15 steps and more.",
  doc: "Extrapolates the last four slopes over the uneven levels. One evaluation a step. Smooth pictures from 15 steps on; below, it may overshoot. The history starts anew in a second sampler that goes on.",
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
    },
  ],
  // The first step is Euler's, whose error bounds the whole walk.
  order: 2,
  isStochastic: false,
  defaultEta: null,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  calls: oneCallAStep,
  sample: async (denoiser, start, sigmas, io) => {
    let x = start;
    let slopes: Tensor[] = [];
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const sigma = sigmas[step];
      const denoised = await denoiser(x, sigma, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      if (sigmas[step + 1] === 0) return denoised;
      slopes = [slope(x, denoised, sigma), ...slopes].slice(0, maxOrder);
      const weights = multistepWeights(slopes.length, sigmas, step);
      x = addWeighted(x, slopes, weights);
    }
    return x;
  },
};
