import { addScaled, mean2 } from "../tensor/index.ts";
import type { Sampler } from "./sampler.ts";
import { eulerStep, lifted, liftedCalls, slope } from "./steps.ts";

/** Heun's method: Karras and others, 2022 (arXiv:2206.00364), algorithm 2. Two evaluations a step, one on a last step to 0. */
export const heun: Sampler = {
  id: "heun",
  title: "Heun",
  summary: "Second order, two evaluations a step; accurate with few steps.",
  doc: "Each step is corrected by a second evaluation at its end: pictures of 10 steps look like 40 of Euler. Two evaluations a step. Choose it for accuracy at few steps; **churn** adds noise as in EDM.",
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
      where: "algorithm 2",
    },
  ],
  order: 2,
  isStochastic: false,
  defaultEta: null,
  usesChurn: true,
  start: "sigma",
  flowFrame: "flow",
  calls: liftedCalls((_, step, sigmas) => (sigmas[step + 1] === 0 ? [] : [sigmas[step + 1]])),
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    const steps = sigmas.length - 1;
    for (let step = 0; step < steps; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const { x: raised, sigmaHat } = lifted(x, sigma, steps, io, options);
      const denoised = await denoiser(raised, sigmaHat, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      const predicted = eulerStep(raised, denoised, sigmaHat, next);
      if (next === 0) return predicted;
      const corrected = slope(predicted, await denoiser(predicted, next, io.call(step, 1)), next);
      x = addScaled(raised, mean2(slope(raised, denoised, sigmaHat), corrected), next - sigmaHat);
    }
    return x;
  },
};
