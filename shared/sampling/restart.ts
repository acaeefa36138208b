import { addScaled, mean2 } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Move, neighbours, type Sampler, type SamplerCall } from "./sampler.ts";
import { eulerStep, lift, renoise, slope } from "./steps.ts";

/** The stretch that is walked again, in sigma, and its steps: the paper's for Stable Diffusion, as A1111 counts them. */
const [low, high] = [0.1, 2];
const rho = 7;

function nearest(sigmas: readonly number[], target: number): number {
  return sigmas.reduce((best, sigma, i) => (Math.abs(sigma - target) < Math.abs(sigmas[best] - target) ? i : best), 0);
}

/** Steps of one restart and how often it is made; short walks have none. */
function restartsFor(steps: number): { steps: number; times: number } {
  if (steps < 20) return { steps: 0, times: 0 };
  return steps < 36 ? { steps: 9, times: 1 } : { steps: Math.floor(steps / 4), times: 2 };
}

/** Karras' levels (arXiv:2206.00364, eq. 5) between two, `steps` + 1 of them. */
function karrasBetween(from: number, to: number, steps: number): number[] {
  const [a, b] = [from ** (1 / rho), to ** (1 / rho)];
  return Array.from({ length: steps + 1 }, (_, i) =>
    i === 0 ? from : i === steps ? to : (a + ((b - a) * i) / steps) ** rho,
  );
}

function movesOf(sigmas: readonly number[]): Move[] {
  const moves = neighbours(sigmas);
  const { steps, times } = restartsFor(moves.length);
  const [from, to] = [nearest(sigmas, high), nearest(sigmas, low)];
  if (times === 0 || from >= to || sigmas[to] === 0) return moves;
  const again = neighbours(karrasBetween(sigmas[from], sigmas[to], steps));
  const repeated = Array.from({ length: times }, () => again).flat();
  return [...moves.slice(0, to), ...repeated, ...moves.slice(to)];
}

/** Restart sampling: Heun's method that goes back up to sigma 2 with fresh noise and down again: Xu and others, 2023 (arXiv:2306.14878). */
export const restart: Sampler = {
  id: "restart",
  title: "Restart",
  summary: "Heun that goes back up with fresh noise and walks the middle again.",
  doc: "From 20 steps on, having come down to about sigma 0.1, it adds noise up to about 2 and walks that stretch again (nine more steps; from 36 steps on twice, a quarter of the steps each): errors of the first pass are washed out. Two evaluations a step. Below 20 steps it is Heun.",
  cites: [
    {
      id: "arXiv:2306.14878",
      by: "Xu and others, 2023",
      title: "Restart Sampling for Improving Generative Processes",
    },
  ],
  order: 2,
  isStochastic: true,
  defaultEta: null,
  usesChurn: false,
  start: "sigma",
  flowFrame: "variance-exploding",
  moves: movesOf,
  calls: function* (sigmas): Iterable<SamplerCall> {
    for (const [step, { sigma, next }] of movesOf(sigmas).entries()) {
      yield { step, stage: 0, sigma, next };
      if (next !== 0) yield { step, stage: 1, sigma, next, level: next };
    }
  },
  sample: async (denoiser, start, sigmas, io, options) => {
    let x: Tensor = start;
    let level = sigmas[0];
    for (const [step, { sigma, next }] of movesOf(sigmas).entries()) {
      if (sigma > level) x = renoise(x, lift(level, sigma, options.frame), level, sigma, io, options);
      const denoised = await denoiser(x, sigma, io.call(step, 0, next, sigma));
      await io.step({ step, sigma, x, denoised });
      const predicted = eulerStep(x, denoised, sigma, next);
      if (next === 0) return predicted;
      const corrected = slope(predicted, await denoiser(predicted, next, io.call(step, 1, next, sigma)), next);
      x = addScaled(x, mean2(slope(x, denoised, sigma), corrected), next - sigma);
      level = next;
    }
    return x;
  },
};
