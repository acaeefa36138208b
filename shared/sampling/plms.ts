import { addScaled, mean2 } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { evenWeights } from "./ipndm.ts";
import type { Sampler, SamplerCall } from "./sampler.ts";
import { addWeighted, eulerStep, slope } from "./steps.ts";

/** Pseudo linear multistep: Liu and others, 2022 (arXiv:2202.09778), with the Heun start of latent diffusion. One evaluation a step, two on the first. */
export const plms: Sampler = {
  id: "plms",
  title: "PLMS",
  summary: "Stable Diffusion's first sampler: fourth order multistep with a Heun start.",
  doc: "The sampler Stable Diffusion was released with: fixed weights of the last four slopes, and a first step corrected like Heun's. One evaluation a step, two on the first; for reproducing old pictures, at 50 steps. The history starts anew in a second sampler that goes on.",
  cites: [
    {
      id: "arXiv:2202.09778",
      by: "Liu and others, 2022",
      title: "Pseudo Numerical Methods for Diffusion Models on Manifolds",
    },
  ],
  // The weights fit uneven steps only as these become even.
  order: 2,
  isStochastic: false,
  defaultEta: null,
  usesChurn: false,
  start: "unit",
  flowFrame: "flow",
  calls: function* (sigmas): Iterable<SamplerCall> {
    for (let step = 0; step + 1 < sigmas.length; step++) {
      yield { step, stage: 0 };
      if (step === 0 && sigmas[1] !== 0) yield { step, stage: 1, level: sigmas[1] };
    }
  },
  sample: async (denoiser, start, sigmas, io) => {
    let x = start;
    let slopes: Tensor[] = [];
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const denoised = await denoiser(x, sigma, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      slopes = [slope(x, denoised, sigma), ...slopes].slice(0, 4);
      if (step === 0) {
        const end = eulerStep(x, denoised, sigma, next);
        if (next === 0) return end;
        const ahead = slope(end, await denoiser(end, next, io.call(step, 1)), next);
        x = addScaled(x, mean2(slopes[0], ahead), next - sigma);
        continue;
      }
      const weights = evenWeights[slopes.length - 1];
      x = addWeighted(
        x,
        slopes,
        weights.map((weight) => weight * (next - sigma)),
      );
    }
    return x;
  },
};
