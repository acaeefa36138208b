import type { Sampler } from "./sampler.ts";
import { alphaOf, oneCallAStep, renoise } from "./steps.ts";

/** Latent consistency sampling (arXiv:2310.04378): the prediction itself, noised to the next level. One evaluation a step. */
export const lcm: Sampler = {
  id: "lcm",
  title: "LCM",
  summary: "For consistency models: predict, add noise again; 4 to 8 steps.",
  doc: "For latent consistency models and their LoRAs: the prediction is taken whole and noised to the next level. One evaluation a step, 4 to 8 steps. On other models pictures stay blurred.",
  cites: [
    {
      id: "arXiv:2310.04378",
      by: "Luo and others, 2023",
      title: "Latent Consistency Models: Synthesizing High-Resolution Images with Few-Step Inference",
    },
  ],
  // It does not follow the ODE: on other models it does not converge.
  order: 0,
  isStochastic: true,
  defaultEta: null,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  calls: oneCallAStep,
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const denoised = await denoiser(x, sigma, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      x = renoise(denoised, { keep: alphaOf(next, options.frame), deviation: next }, sigma, next, io, options);
    }
    return x;
  },
};
