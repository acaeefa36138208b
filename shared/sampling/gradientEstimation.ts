import { addScaled, sub } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Sampler } from "./sampler.ts";
import { eulerStep, oneCallAStep, slope } from "./steps.ts";

/** Weight of the newest slope: 2 takes twice the new one minus the last, as the paper's best. */
const gamma = 2;

/** Gradient estimation: Permenter and Yuan, 2023 (arXiv:2306.04848). Euler's step with the slope led on by its last change. One evaluation a step. */
export const gradientEstimation: Sampler = {
  id: "gradient_estimation",
  title: "Gradient estimation",
  summary: "Euler with the slope led on by its last change; good with few steps.",
  doc: "Euler with the slope led on by its last change, which takes out much of its lag. One evaluation a step; crisp at 8 to 15 steps, and contrast grows a little. The history starts anew in a second sampler that goes on.",
  cites: [
    {
      id: "arXiv:2306.04848",
      by: "Permenter and Yuan, 2023",
      title: "Interpreting and Improving Diffusion Models from an Optimization Perspective",
    },
  ],
  order: 1,
  isStochastic: false,
  defaultEta: null,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  calls: oneCallAStep,
  sample: async (denoiser, start, sigmas, io) => {
    let x = start;
    let last: Tensor | null = null;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const denoised: Tensor = await denoiser(x, sigma, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      if (next === 0) return denoised;
      const d = slope(x, denoised, sigma);
      const euler = eulerStep(x, denoised, sigma, next);
      x = last ? addScaled(euler, sub(d, last), (gamma - 1) * (next - sigma)) : euler;
      last = d;
    }
    return x;
  },
};
