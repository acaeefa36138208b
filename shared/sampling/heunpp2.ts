import type { Denoiser } from "../denoiser.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Sampler, SamplerIo } from "./sampler.ts";
import { addWeighted, eulerStep, lifted, liftedCalls, slope } from "./steps.ts";

/** How many evaluations a step has: three, two on the last but one, one on the last. */
const stagesOf = (step: number, steps: number) => Math.min(3, steps - step);

interface Here {
  readonly step: number;
  readonly x: Tensor;
  readonly sigmaHat: number;
  readonly slope: Tensor;
}

/** Slopes at the start, at the next level and at the one after, each reached by Euler's step from the one before. */
async function slopesAhead(denoiser: Denoiser, here: Here, sigmas: readonly number[], io: SamplerIo) {
  const { step } = here;
  const slopes = [here.slope];
  let [x, level] = [here.x, here.sigmaHat];
  for (let stage = 1; stage < stagesOf(step, sigmas.length - 1); stage++) {
    const next = sigmas[step + stage];
    x = addWeighted(x, [slopes[stage - 1]], [next - level]);
    slopes.push(slope(x, await denoiser(x, next, io.call(step, stage)), next));
    level = next;
  }
  return slopes;
}

/** Heun++ as ComfyUI's heunpp2: slopes of the next two levels, weighted by how far down they lie. Up to three evaluations a step. */
export const heunpp2: Sampler = {
  id: "heunpp2",
  title: "Heun++ 2",
  summary: "Looks two levels ahead; three evaluations a step.",
  doc: "Looks at the slopes of the next two levels and trusts them less the lower they lie. Three evaluations a step, two and one on the last two; steady pictures at 8 to 12 steps, though formally of first order.",
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
    },
  ],
  order: 1,
  isStochastic: false,
  defaultEta: null,
  usesChurn: true,
  start: "sigma",
  flowFrame: "flow",
  calls: liftedCalls((_, step, sigmas) => sigmas.slice(step + 1, step + stagesOf(step, sigmas.length - 1))),
  sample: async (denoiser, start, sigmas, io, options) => {
    let x = start;
    const steps = sigmas.length - 1;
    for (let step = 0; step < steps; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const { x: raised, sigmaHat } = lifted(x, sigma, steps, io, options);
      const denoised = await denoiser(raised, sigmaHat, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      if (step === steps - 1) return eulerStep(raised, denoised, sigmaHat, next);
      const here = { step, x: raised, sigmaHat, slope: slope(raised, denoised, sigmaHat) };
      const slopes = await slopesAhead(denoiser, here, sigmas, io);
      const ahead = slopes.slice(1).map((_, j) => sigmas[step + 1 + j] / (slopes.length * sigmas[0]));
      const weights = [1 - ahead.reduce((sum, weight) => sum + weight, 0), ...ahead];
      x = addWeighted(
        raised,
        slopes,
        weights.map((weight) => weight * (next - sigmaHat)),
      );
    }
    return x;
  },
};
