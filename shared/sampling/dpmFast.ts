import { dpmSolver1, dpmSolver2, dpmSolver3, halfway, innerLevels } from "./dpmSolver.ts";
import type { Move, Sampler, SamplerCall, SamplerOptions } from "./sampler.ts";
import { addNoise, ancestralStep, slope } from "./steps.ts";

/** The levels it walks between: the last one above 0 ends the walk. */
function ends(sigmas: readonly number[]): [number, number] {
  const last = sigmas[sigmas.length - 1];
  return [sigmas[0], last === 0 ? (sigmas[sigmas.length - 2] ?? 0) : last];
}

/** Orders of the steps, whose sum is the number of evaluations (arXiv:2206.00927, DPM-Solver-fast). */
function ordersFor(evaluations: number): number[] {
  const count = Math.floor(evaluations / 3) + 1;
  if (evaluations % 3 === 0) return [...new Array<number>(count - 2).fill(3), 2, 1];
  return [...new Array<number>(count - 1).fill(3), evaluations % 3];
}

/** Even steps in log sigma. One level only, as a list [sigma, 0] leaves, has nowhere to go. */
function movesOf(sigmas: readonly number[]): Move[] {
  const [high, low] = ends(sigmas);
  if (!(low < high)) return [];
  const count = ordersFor(sigmas.length - 1).length;
  const level = (i: number) => (i === 0 ? high : i === count ? low : high * (low / high) ** (i / count));
  return Array.from({ length: count }, (_, i) => ({ sigma: level(i), next: level(i + 1) }));
}

/** Where the deterministic part of a step goes; never beyond the end of the walk. */
function downOf({ sigma, next }: Move, low: number, options: SamplerOptions): { down: number; deviation: number } {
  if (options.eta === 0) return { down: next, deviation: 0 };
  const down = Math.max(low, ancestralStep(sigma, next, options).sigmaDown);
  return { down, deviation: Math.sqrt(Math.max(0, next ** 2 - down ** 2)) };
}

/** DPM-Solver-fast: third order steps, evenly spread in log sigma, for a given number of evaluations: Lu and others, 2022 (arXiv:2206.00927). */
export const dpmFast: Sampler = {
  id: "dpm_fast",
  title: "DPM fast",
  summary: "Third order steps spread evenly in log sigma; the schedule only gives its ends.",
  doc: "Spends one evaluation for each step of the schedule, but on third order steps of its own, even in log sigma; of the schedule it takes the ends and the count. It stops at the last level above 0, so a trace of noise is left. Quick drafts at 15 to 25.",
  cites: [
    {
      id: "arXiv:2206.00927",
      by: "Lu and others, 2022",
      title: "DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps",
    },
  ],
  // The last steps are of second and first order.
  order: 2,
  isStochastic: true,
  defaultEta: 0,
  usesChurn: false,
  start: "sigma",
  flowFrame: "variance-exploding",
  moves: movesOf,
  calls: function* (sigmas, options): Iterable<SamplerCall> {
    const orders = ordersFor(sigmas.length - 1);
    const [, low] = ends(sigmas);
    for (const [step, move] of movesOf(sigmas).entries()) {
      const next = downOf(move, low, options).down;
      yield { step, stage: 0, sigma: move.sigma, next };
      for (const [i, level] of innerLevels({ sigma: move.sigma, next }, orders[step]).entries())
        yield { step, stage: i + 1, sigma: move.sigma, next, level };
    }
  },
  sample: async (denoiser, start, sigmas, io, options) => {
    const orders = ordersFor(sigmas.length - 1);
    const [, low] = ends(sigmas);
    let x = start;
    for (const [step, move] of movesOf(sigmas).entries()) {
      const { sigma } = move;
      const { down, deviation } = downOf(move, low, options);
      const denoised = await denoiser(x, sigma, io.call(step, 0, down, sigma));
      await io.step({ step, sigma, x, denoised });
      const solver = { x, eps: slope(x, denoised, sigma), sigma, next: down };
      const epsAt = async (at: typeof x, level: number, stage: number) =>
        slope(at, await denoiser(at, level, io.call(step, stage, down, sigma)), level);
      if (orders[step] === 1) x = dpmSolver1(solver);
      else if (orders[step] === 2) x = (await dpmSolver2(solver, halfway, epsAt)).end;
      else x = (await dpmSolver3(solver, epsAt)).end;
      x = addNoise(x, deviation, sigma, move.next, io, options);
    }
    return x;
  },
};
