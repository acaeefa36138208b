import { ancestralPairs } from "./ancestral.ts";
import type { Frame, Sampler, SamplerCall } from "./sampler.ts";
import { ancestralStep, eulerStep, renoise } from "./steps.ts";

const cites = [
  {
    id: "arXiv:2211.01095",
    by: "Lu and others, 2022",
    title: "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
    where: "algorithm 1",
  },
];

/** Halfway between two levels in log SNR; pure noise of a flow has none, and takes a level just below. */
function middleOf(sigma: number, next: number, frame: Frame): number {
  if (frame === "variance-exploding") return Math.sqrt(sigma * next);
  if (sigma >= 1) return 1 - 1e-4;
  const odds = Math.sqrt((sigma / (1 - sigma)) * (next / (1 - next)));
  return odds / (1 + odds);
}

/** DPM-Solver++(2S) with ancestral noise, as k-diffusion's sample_dpmpp_2s_ancestral (r = 1/2). Two evaluations a step, one on a step to 0. */
export const dpmpp2sAncestral: Sampler = {
  id: "dpmpp_2s_ancestral",
  title: "DPM++ 2S ancestral",
  summary: "Second order by a middle evaluation, with fresh noise after each step.",
  doc: "Second order inside each step, then fresh noise: varied pictures with more structure than Euler ancestral. Two evaluations a step; 15 to 25 steps.",
  cites,
  order: 2,
  isStochastic: true,
  defaultEta: 1,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  calls: ancestralPairs(middleOf),
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const part = ancestralStep(sigma, next, options);
      const { sigmaDown } = part;
      const denoised = await denoiser(x, sigma, io.call(step, 0, sigmaDown));
      await io.step({ step, sigma, x, denoised });
      let end = denoised;
      if (sigmaDown !== 0) {
        const middle = middleOf(sigma, sigmaDown, options.frame);
        const halfway = eulerStep(x, denoised, sigma, middle);
        end = eulerStep(x, await denoiser(halfway, middle, io.call(step, 1, sigmaDown)), sigma, sigmaDown);
      }
      x = renoise(end, part, sigma, next, io, options);
    }
    return x;
  },
};

/** DPM-Solver++ (stochastic, r = 1/2), as k-diffusion's sample_dpmpp_sde: noise in the middle too. Two evaluations a step, one on a last step to 0. */
export const dpmppSde: Sampler = {
  id: "dpmpp_sde",
  title: "DPM++ SDE",
  summary: "Second order with noise in the middle and at the end of each step.",
  doc: "Noise in the middle of each step as well as at its end, along one Brownian path. Two evaluations a step; rich texture at 10 to 15 steps with karras, and pictures of different step counts stay alike.",
  cites,
  order: 2,
  isStochastic: true,
  defaultEta: 1,
  usesChurn: false,
  start: "sigma",
  flowFrame: "variance-exploding",
  calls: function* (sigmas, options): Iterable<SamplerCall> {
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const next = ancestralStep(sigmas[step], sigmas[step + 1], options).sigmaDown;
      yield { step, stage: 0, next };
      if (sigmas[step + 1] !== 0) yield { step, stage: 1, next, level: Math.sqrt(sigmas[step] * sigmas[step + 1]) };
    }
  },
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const end = ancestralStep(sigma, next, options);
      const denoised = await denoiser(x, sigma, io.call(step, 0, end.sigmaDown));
      await io.step({ step, sigma, x, denoised });
      if (next === 0) return denoised;
      const middle = Math.sqrt(sigma * next);
      const half = ancestralStep(sigma, middle, options);
      const halfway = renoise(eulerStep(x, denoised, sigma, half.sigmaDown), half, sigma, middle, io, options);
      const second = await denoiser(halfway, middle, io.call(step, 1, end.sigmaDown));
      x = renoise(eulerStep(x, second, sigma, end.sigmaDown), end, sigma, next, io, options);
    }
    return x;
  },
};
