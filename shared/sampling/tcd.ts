import { discreteSchedule } from "./noiseSchedule.ts";
import type { Sampler, SamplerCall } from "./sampler.ts";
import { addNoise, eulerStep } from "./steps.ts";
import { timestepOf } from "./timesteps.ts";

/** The chain of Stable Diffusion and SDXL, in whose timesteps the models of this method were distilled. */
const chain = discreteSchedule({
  trainSteps: 1000,
  betaStart: 0.00085,
  betaEnd: 0.012,
  betaSchedule: "scaled_linear",
  trainedBetas: null,
  rescaleZeroSnr: false,
  stepsOffset: 1,
  finalSigma: "zero",
  spacing: "trailing",
});

/** Where a step to `next` first goes: the level of timestep ⌊(1 − gamma) · t⌋. */
function downOf(next: number, gamma: number): number {
  if (next === 0 || gamma === 0) return next;
  // A hair above, so that whole timesteps stay whole.
  const timestep = Math.floor((1 - Math.min(1, gamma)) * timestepOf(chain, next) + 1e-6);
  return Math.min(next, chain.sigmas[timestep]);
}

/** Trajectory consistency sampling with gamma = eta: Zheng and others, 2024 (arXiv:2402.19159). One evaluation a step. */
export const tcd: Sampler = {
  id: "tcd",
  title: "TCD",
  summary: "For trajectory consistency models: step below the next level, then add noise.",
  doc: "For TCD models and LoRAs: each step goes below the next level, to timestep (1 − **eta**) · t of Stable Diffusion's chain, and noise fills the rest. One evaluation a step, 4 to 8 steps; eta (the paper's gamma) 0.2 to 0.4 gives most detail, 0 is Euler.",
  cites: [
    {
      id: "arXiv:2402.19159",
      by: "Zheng and others, 2024",
      title: "Trajectory Consistency Distillation",
    },
  ],
  order: 1,
  isStochastic: true,
  defaultEta: 0.3,
  usesChurn: false,
  start: "sigma",
  flowFrame: "variance-exploding",
  calls: function* (sigmas, { eta }): Iterable<SamplerCall> {
    for (let step = 0; step + 1 < sigmas.length; step++) yield { step, stage: 0, next: downOf(sigmas[step + 1], eta) };
  },
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const down = downOf(next, options.eta);
      const denoised = await denoiser(x, sigma, io.call(step, 0, down));
      await io.step({ step, sigma, x, denoised });
      const deviation = Math.sqrt(Math.max(0, next ** 2 - down ** 2));
      x = addNoise(eulerStep(x, denoised, sigma, down), deviation, sigma, next, io, options);
    }
    return x;
  },
};
