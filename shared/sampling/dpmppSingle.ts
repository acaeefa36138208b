import { combine } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { ancestralPairs } from "./ancestral.ts";
import type { Sampler, SamplerCall } from "./sampler.ts";
import { ancestralStep, renoise } from "./steps.ts";

const cites = [
  {
    id: "arXiv:2211.01095",
    by: "Lu and others, 2022",
    title: "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
    where: "algorithm 1",
  },
];

/** Exponential Euler from sigma to next under a constant prediction: (next/sigma)·x + (1 − next/sigma)·denoised. */
function toward(x: Tensor, denoised: Tensor, sigma: number, next: number): Tensor {
  return combine(x, next / sigma, denoised, 1 - next / sigma);
}

/** DPM-Solver++(2S) with ancestral noise, as k-diffusion's sample_dpmpp_2s_ancestral (r = 1/2). Two evaluations a step, one on a step to 0. */
export const dpmpp2sAncestral: Sampler = {
  id: "dpmpp_2s_ancestral",
  title: "DPM++ 2S ancestral",
  summary: "Second order by a middle evaluation, with fresh noise after each step.",
  cites,
  order: 2,
  isStochastic: true,
  defaultEta: 1,
  usesChurn: false,
  start: "sigma",
  calls: ancestralPairs,
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const { sigmaDown, sigmaUp } = ancestralStep(sigma, next, options.eta);
      const denoised = await denoiser(x, sigma, io.call(step, 0, sigmaDown));
      await io.step({ step, sigma, x, denoised });
      let end = denoised;
      if (sigmaDown !== 0) {
        const middle = Math.sqrt(sigma * sigmaDown);
        const halfway = toward(x, denoised, sigma, middle);
        end = toward(x, await denoiser(halfway, middle, io.call(step, 1, sigmaDown)), sigma, sigmaDown);
      }
      x = renoise(end, sigmaUp, sigma, next, io, options);
    }
    return x;
  },
};

/** DPM-Solver++ (stochastic, r = 1/2), as k-diffusion's sample_dpmpp_sde: noise in the middle too. Two evaluations a step, one on a last step to 0. */
export const dpmppSde: Sampler = {
  id: "dpmpp_sde",
  title: "DPM++ SDE",
  summary: "Second order with noise in the middle and at the end of each step.",
  cites,
  order: 2,
  isStochastic: true,
  defaultEta: 1,
  usesChurn: false,
  start: "sigma",
  calls: function* (sigmas, { eta }): Iterable<SamplerCall> {
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const next = ancestralStep(sigmas[step], sigmas[step + 1], eta).sigmaDown;
      yield { step, stage: 0, next };
      if (sigmas[step + 1] !== 0) yield { step, stage: 1, next };
    }
  },
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const end = ancestralStep(sigma, next, options.eta);
      const denoised = await denoiser(x, sigma, io.call(step, 0, end.sigmaDown));
      await io.step({ step, sigma, x, denoised });
      if (next === 0) return denoised;
      const middle = Math.sqrt(sigma * next);
      const half = ancestralStep(sigma, middle, options.eta);
      const halfway = renoise(toward(x, denoised, sigma, half.sigmaDown), half.sigmaUp, sigma, middle, io, options);
      const second = await denoiser(halfway, middle, io.call(step, 1, end.sigmaDown));
      x = renoise(toward(x, second, sigma, end.sigmaDown), end.sigmaUp, sigma, next, io, options);
    }
    return x;
  },
};
