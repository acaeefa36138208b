import type { Tensor } from "../tensor/tensor.ts";
import { dpmSolver3 } from "./dpmSolver.ts";
import type { Sampler, SamplerCall, SamplerOptions } from "./sampler.ts";
import { addNoise, ancestralStep, slope } from "./steps.ts";

/** Constants of k-diffusion's sample_dpm_adaptive. */
const [relativeTolerance, absoluteTolerance, firstWidth, acceptance] = [0.05, 0.0078, 0.05, 0.81];
/** Attempts after which a walk is given up; ordinary ones need 15 to 60. */
const maxAttempts = 200;

function ends(sigmas: readonly number[]): [number, number] {
  const last = sigmas[sigmas.length - 1];
  return [sigmas[0], last === 0 ? (sigmas[sigmas.length - 2] ?? 0) : last];
}

/** Difference of two results over their tolerance, as a root mean square over the whole batch. */
function errorOf(low: Tensor, high: Tensor, before: Tensor): number {
  let sum = 0;
  for (let i = 0; i < low.data.length; i++) {
    const size = Math.max(Math.abs(low.data[i]), Math.abs(before.data[i]));
    const tolerance = Math.max(absoluteTolerance, relativeTolerance * size);
    sum += ((low.data[i] - high.data[i]) / tolerance) ** 2;
  }
  return Math.sqrt(sum / low.data.length);
}

/** The given step that a level lies in, so that curves over steps have a meaning. */
function stepAt(sigmas: readonly number[], sigma: number): number {
  let step = 0;
  while (step + 2 < sigmas.length && sigmas[step + 1] >= sigma) step++;
  return step;
}

/** One attempt goes from sigma to next; the deterministic part to `down`, noise for the rest. */
function aim(sigma: number, width: number, low: number, options: SamplerOptions) {
  const next = Math.max(low, sigma * Math.exp(-width));
  if (options.eta === 0) return { next, down: next, deviation: 0 };
  const down = Math.max(low, ancestralStep(sigma, next, options).sigmaDown);
  return { next, down, deviation: Math.sqrt(Math.max(0, next ** 2 - down ** 2)) };
}

/** DPM-Solver-23 with adaptive steps in log sigma: Lu and others, 2022 (arXiv:2206.00927). Three evaluations an attempt; steps are those of the whole batch. */
export const dpmAdaptive: Sampler = {
  id: "dpm_adaptive",
  title: "DPM adaptive",
  summary: "Chooses its own steps by their error; the schedule only gives its ends.",
  doc: "Compares a second and a third order result at every step and chooses the width so that they agree; of the schedule it takes the ends. Three evaluations an attempt, usually 50 to 150 in all. One width serves the **whole batch**, so a picture can differ a little when it is made alone. It stops at the last level above 0.",
  cites: [
    {
      id: "arXiv:2206.00927",
      by: "Lu and others, 2022",
      title: "DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps",
    },
  ],
  order: 3,
  isStochastic: true,
  defaultEta: 0,
  usesChurn: false,
  start: "sigma",
  flowFrame: "variance-exploding",
  upperBound: true,
  calls: function* (sigmas): Iterable<SamplerCall> {
    const [high, low] = ends(sigmas);
    if (!(low < high)) return;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const sigma = high * (low / high) ** (attempt / maxAttempts);
      const step = stepAt(sigmas, sigma);
      for (let stage = 0; stage < 3; stage++) yield { step, stage, sigma };
    }
  },
  sample: async (denoiser, start, sigmas, io, options) => {
    const [high, low] = ends(sigmas);
    const order = options.eta === 0 ? 3 : 1.5;
    let [x, before, sigma, width] = [start, start, high, firstWidth];
    for (let attempt = 0; Math.log(sigma / low) > 1e-5; attempt++) {
      if (attempt === maxAttempts) {
        throw new Error(`DPM adaptive did not settle in ${maxAttempts} attempts. Take a sampler with fixed steps.`);
      }
      const { next, down, deviation } = aim(sigma, width, low, options);
      const [step, from] = [stepAt(sigmas, sigma), sigma];
      const denoised = await denoiser(x, from, io.call(step, 0, down, from));
      const epsAt = async (at: Tensor, level: number, stage: number) =>
        slope(at, await denoiser(at, level, io.call(step, stage, down, from)), level);
      const result = await dpmSolver3({ x, eps: slope(x, denoised, from), sigma: from, next: down }, epsAt);
      const error = errorOf(result.lower, result.end, before);
      const factor = 1 + Math.atan((1 / (error + 1e-8)) ** (1 / order) - 1);
      width *= factor;
      if (factor < acceptance) continue;
      await io.step({ step, sigma: from, x, denoised });
      before = result.lower;
      x = addNoise(result.end, deviation, from, next, io, options);
      sigma = next;
    }
    return x;
  },
};
