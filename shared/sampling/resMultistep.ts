import { combine } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { ancestralCalls } from "./ancestral.ts";
import type { Sampler } from "./sampler.ts";
import { ancestralStep, eulerStep, renoise } from "./steps.ts";

/** φ₁(t) = (eᵗ − 1) / t and φ₂(t) = (φ₁(t) − 1) / t of exponential integrators. */
const phi1 = (t: number) => Math.expm1(t) / t;
const phi2 = (t: number) => (phi1(t) - 1) / t;

/**
 * Refined exponential solver, second order multistep: Zhang and others, 2023 (arXiv:2308.02157), as ComfyUI's
 * res_multistep. One evaluation a step; a second sampler that goes on starts its history anew.
 */
export const resMultistep: Sampler = {
  id: "res_multistep",
  title: "RES multistep",
  summary: "Second order exponential multistep; eta adds noise.",
  doc: "A second order exponential multistep whose order conditions are met exactly. One evaluation a step, clean at 10 to 20 steps; **eta** adds ancestral noise. The history starts anew in a second sampler that goes on.",
  cites: [
    {
      id: "arXiv:2308.02157",
      by: "Zhang and others, 2023",
      title: "Improved Order Analysis and Design of Exponential Integrator for Diffusion Models Sampling",
    },
  ],
  order: 2,
  isStochastic: true,
  defaultEta: 0,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  calls: ancestralCalls,
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    let past: { readonly denoised: Tensor; readonly sigmaDown: number } | null = null;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const part = ancestralStep(sigma, next, options);
      const { sigmaDown } = part;
      const denoised: Tensor = await denoiser(x, sigma, io.call(step, 0, sigmaDown));
      await io.step({ step, sigma, x, denoised });
      let end = eulerStep(x, denoised, sigma, sigmaDown);
      if (past && sigmaDown !== 0) {
        const h = Math.log(sigma / sigmaDown);
        const c2 = Math.log(past.sigmaDown / sigmas[step - 1]) / h;
        const weight = h * (phi2(-h) / c2);
        end = combine(end, 1, combine(past.denoised, weight, denoised, -weight), 1);
      }
      x = renoise(end, part, sigma, next, io, options);
      past = { denoised, sigmaDown };
    }
    return x;
  },
};
