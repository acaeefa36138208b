import { combine } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Sampler } from "./sampler.ts";
import { oneCallAStep } from "./steps.ts";

/**
 * DPM-Solver++(2M): Lu and others, 2022 (arXiv:2211.01095), algorithm 2, as k-diffusion writes it. One evaluation a step;
 * the first step and a last one to 0 are of first order. A second sampler that goes on starts its history anew.
 */
export const dpmpp2m: Sampler = {
  id: "dpmpp_2m",
  title: "DPM++ 2M",
  summary: "Second order from one evaluation a step; a good default.",
  doc: "Second order from the last prediction. One evaluation a step; the usual choice with karras at 20 to 30 steps. The history starts anew in a second sampler that goes on.",
  cites: [
    {
      id: "arXiv:2211.01095",
      by: "Lu and others, 2022",
      title: "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
      where: "algorithm 2",
    },
  ],
  order: 2,
  isStochastic: false,
  defaultEta: null,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  calls: oneCallAStep,
  sample: async (denoiser, start, sigmas, io) => {
    let x = start;
    let before: Tensor | null = null;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const denoised = await denoiser(x, sigma, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      if (next === 0) return denoised;
      const h = Math.log(sigma / next);
      const r = before ? Math.log(sigmas[step - 1] / sigma) / h : 0;
      const extrapolated: Tensor = before ? combine(denoised, 1 + 1 / (2 * r), before, -1 / (2 * r)) : denoised;
      x = combine(x, next / sigma, extrapolated, -Math.expm1(-h));
      before = denoised;
    }
    return x;
  },
};
