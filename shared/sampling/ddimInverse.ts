import { addScaled } from "../tensor/index.ts";
import type { Sampler } from "./sampler.ts";
import { oneCallAStep, slope } from "./steps.ts";

/** Stands for sigma 0, where the slope is 0 / 0 (ComfyUI's constant). */
const smallest = 1e-4;

/** DDIM inversion: the deterministic walk of Song and others, 2020 (arXiv:2010.02502) upward, from a picture to its noise. One evaluation a step. */
export const ddimInverse: Sampler = {
  id: "ddim_inverse",
  title: "DDIM inversion",
  summary: "Walks rising levels: finds the noise that a picture would come from.",
  doc: "Walks the levels upward with Euler steps and ends at the noise from which the same denoiser would make the picture; editing starts from there. One evaluation a step; take 50 steps and more, a guidance scale of 1, rising levels (**Flip** turns a schedule round) and **add noise** off.",
  cites: [
    {
      id: "arXiv:2010.02502",
      by: "Song and others, 2020",
      title: "Denoising Diffusion Implicit Models",
    },
  ],
  order: 1,
  isStochastic: false,
  defaultEta: null,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  rises: true,
  calls: oneCallAStep,
  sample: async (denoiser, start, sigmas, io) => {
    let x = start;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [Math.max(sigmas[step], smallest), sigmas[step + 1]];
      const denoised = await denoiser(x, sigma, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      x = addScaled(x, slope(x, denoised, sigma), next - sigma);
    }
    return x;
  },
};
