import { addScaled } from "../tensor/index.ts";
import { ancestralPairs } from "./ancestral.ts";
import type { Sampler } from "./sampler.ts";
import { ancestralStep, eulerStep, lifted, liftedCalls, renoise, slope } from "./steps.ts";

const cites = [
  {
    id: "arXiv:2206.00927",
    by: "Lu and others, 2022",
    title: "DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps",
    where: "algorithm 1",
  },
];

/** Halfway in log sigma. */
const between = (sigma: number, next: number) => Math.sqrt(sigma * next);

/** DPM-Solver-2 as k-diffusion's sample_dpm_2: the slope of the middle in log sigma. Two evaluations a step, one on a last step to 0. */
export const dpm2: Sampler = {
  id: "dpm_2",
  title: "DPM 2",
  summary: "Second order by a middle evaluation; two evaluations a step.",
  doc: "Each step uses the slope in its middle (in log sigma). Two evaluations a step; accurate, a little sharper than Heun at the same cost. ComfyUI leaves out the last level but one with it.",
  cites,
  order: 2,
  isStochastic: false,
  defaultEta: null,
  usesChurn: true,
  start: "sigma",
  flowFrame: "flow",
  calls: liftedCalls((level, step, sigmas) => (sigmas[step + 1] === 0 ? [] : [between(level, sigmas[step + 1])])),
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    const steps = sigmas.length - 1;
    for (let step = 0; step < steps; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const { x: raised, sigmaHat } = lifted(x, sigma, steps, io, options);
      const denoised = await denoiser(raised, sigmaHat, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      if (next === 0) return denoised;
      const middle = between(sigmaHat, next);
      const halfway = eulerStep(raised, denoised, sigmaHat, middle);
      const d = slope(halfway, await denoiser(halfway, middle, io.call(step, 1)), middle);
      x = addScaled(raised, d, next - sigmaHat);
    }
    return x;
  },
};

/** DPM-Solver-2 down to sigmaDown, then fresh noise, as k-diffusion's sample_dpm_2_ancestral. */
export const dpm2Ancestral: Sampler = {
  id: "dpm_2_ancestral",
  title: "DPM 2 ancestral",
  summary: "DPM 2 with fresh noise after each step.",
  doc: "DPM 2 with fresh noise after each step: lively pictures, slow to settle. Two evaluations a step. ComfyUI leaves out the last level but one with it.",
  cites,
  order: 2,
  isStochastic: true,
  defaultEta: 1,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  calls: ancestralPairs(between),
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const part = ancestralStep(sigma, next, options);
      const { sigmaDown } = part;
      const denoised = await denoiser(x, sigma, io.call(step, 0, sigmaDown));
      await io.step({ step, sigma, x, denoised });
      if (sigmaDown === 0) {
        x = renoise(denoised, part, sigma, next, io, options);
        continue;
      }
      const middle = between(sigma, sigmaDown);
      const halfway = eulerStep(x, denoised, sigma, middle);
      const d = slope(halfway, await denoiser(halfway, middle, io.call(step, 1, sigmaDown)), middle);
      x = renoise(addScaled(x, d, sigmaDown - sigma), part, sigma, next, io, options);
    }
    return x;
  },
};
