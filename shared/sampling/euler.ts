import type { Sampler } from "./sampler.ts";
import { eulerStep, lifted, liftedCalls } from "./steps.ts";

/** Euler's method: Karras and others, 2022 (arXiv:2206.00364), algorithm 2 without the correction. One evaluation a step. */
export const euler: Sampler = {
  id: "euler",
  title: "Euler",
  summary: "First order, one evaluation a step; plain and predictable.",
  doc: "A plain, predictable picture that changes smoothly with every setting. One evaluation a step. Take it first, for flow models, and whenever methods are compared; **churn** adds noise on the way.",
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
      where: "algorithm 2",
    },
  ],
  order: 1,
  isStochastic: false,
  defaultEta: null,
  usesChurn: true,
  start: "sigma",
  flowFrame: "flow",
  calls: liftedCalls(() => []),
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    const steps = sigmas.length - 1;
    for (let step = 0; step < steps; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const { x: raised, sigmaHat } = lifted(x, sigma, steps, io, options);
      const denoised = await denoiser(raised, sigmaHat, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      x = eulerStep(raised, denoised, sigmaHat, next);
    }
    return x;
  },
};
