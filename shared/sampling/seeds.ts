import type { Denoiser } from "../denoiser.ts";
import { addScaled, combine, scale } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Move, Sampler, SamplerIo, SamplerOptions } from "./sampler.ts";

const cites = [
  {
    id: "arXiv:2305.14267",
    by: "Gonzalez and others, 2023",
    title: "SEEDS: Exponential SDE Solvers for Fast High-Quality Sampling from Diffusion Models",
  },
];

/** h·φ₁(h) = eʰ − 1 and h·φ₂(h) = (eʰ − 1 − h) / h of exponential integrators. */
const phi1 = Math.expm1;
const phi2 = (h: number) => (Math.expm1(h) - h) / h;

/** A step of width h in −ln sigma, seen at a share r of its way. */
interface Step extends Move {
  readonly h: number;
  readonly eta: number;
}

const levelAt = ({ sigma, h }: Pick<Step, "sigma" | "h">, r: number) => sigma * Math.exp(-r * h);

/** Evaluations of a walk: at the start of each step and, if it does not go to 0, at shares of its way. */
function callsWith(shares: readonly number[]): Sampler["calls"] {
  return function* (sigmas) {
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      yield { step, stage: 0 };
      if (next === 0) continue;
      const h = Math.log(sigma / next);
      for (const [i, r] of shares.entries())
        yield { step, stage: i + 1, level: r === 1 ? next : levelAt({ sigma, h }, r) };
    }
  };
}

/** What x itself becomes on the way to r. */
const kept = (x: Tensor, { h, eta }: Step, r: number) => scale(x, Math.exp(-r * h * (1 + eta)));

/** The noise that has come in since the step began, in units of its level; each part follows its own stretch of the path. */
class Gathered {
  readonly #io: SamplerIo;
  readonly #options: SamplerOptions;
  readonly #step: Step;
  #noise: Tensor | null = null;
  #at = 0;

  constructor(io: SamplerIo, options: SamplerOptions, step: Step) {
    this.#io = io;
    this.#options = options;
    this.#step = step;
  }

  /** x at r with all noise up to there. */
  add(x: Tensor, r: number): Tensor {
    const { h, eta, next } = this.#step;
    const level = r === 1 ? next : levelAt(this.#step, r);
    if (eta === 0 || this.#options.noiseScale === 0) return x;
    if (r > this.#at) {
      const way = (r - this.#at) * h * eta;
      const from = this.#at === 0 ? this.#step.sigma : levelAt(this.#step, this.#at);
      const fresh = this.#io.noise(x, from, level);
      const deviation = Math.sqrt(-Math.expm1(-2 * way));
      this.#noise = this.#noise ? combine(this.#noise, Math.exp(-way), fresh, deviation) : scale(fresh, deviation);
      this.#at = r;
    }
    return this.#noise ? addScaled(x, this.#noise, level * this.#options.noiseScale) : x;
  }
}

/** One step: predicts the end from the first prediction at `start` and further evaluations. */
type StepRule = (
  x: Tensor,
  first: Tensor,
  step: Step,
  noise: Gathered,
  evaluate: (x: Tensor, sigma: number, stage: number) => Promise<Tensor>,
) => Promise<Tensor>;

function walkWith(rule: StepRule): Sampler["sample"] {
  return async (denoiser: Denoiser, start, sigmas, io, options) => {
    let x = start;
    for (let index = 0; index + 1 < sigmas.length; index++) {
      const [sigma, next] = [sigmas[index], sigmas[index + 1]];
      const denoised = await denoiser(x, sigma, io.call(index, 0));
      await io.step({ step: index, sigma, x, denoised });
      if (next === 0) return denoised;
      const step = { sigma, next, h: Math.log(sigma / next), eta: options.eta };
      const evaluate = (at: Tensor, level: number, stage: number) => denoiser(at, level, io.call(index, stage));
      x = await rule(x, denoised, step, new Gathered(io, options, step), evaluate);
    }
    return x;
  };
}

/** Two stages with the second at r; `weight` of the second prediction in the end, of h·(1 + eta). */
function twoStages(r: number, weight: (h: number) => number): StepRule {
  return async (x, first, step, noise, evaluate) => {
    const wide = step.h * (1 + step.eta);
    const level = r === 1 ? step.next : levelAt(step, r);
    const middle = noise.add(addScaled(kept(x, step, r), first, -phi1(-r * wide)), r);
    const second = await evaluate(middle, level, 1);
    const b2 = weight(-wide);
    const end = addScaled(addScaled(kept(x, step, 1), first, b2 - phi1(-wide)), second, -b2);
    return noise.add(end, 1);
  };
}

const [r1, r2] = [1 / 3, 2 / 3];

const threeStages: StepRule = async (x, first, step, noise, evaluate) => {
  const wide = step.h * (1 + step.eta);
  const second = await evaluate(
    noise.add(addScaled(kept(x, step, r1), first, -phi1(-r1 * wide)), r1),
    levelAt(step, r1),
    1,
  );
  const a2 = (r2 / r1) * phi2(-r2 * wide);
  const a1 = phi1(-r2 * wide) - a2;
  const third = await evaluate(
    noise.add(addScaled(addScaled(kept(x, step, r2), first, -a1), second, -a2), r2),
    levelAt(step, r2),
    2,
  );
  const b3 = phi2(-wide) / r2;
  const b1 = phi1(-wide) - b3;
  return noise.add(addScaled(addScaled(kept(x, step, 1), first, -b1), third, -b3), 1);
};

const common = {
  cites,
  isStochastic: true,
  usesChurn: false,
  start: "sigma",
  flowFrame: "variance-exploding",
} as const;

/** SEEDS-2 in data prediction, middle stage at r = 1/2. Two evaluations a step, one on a last step to 0. */
export const seeds2: Sampler = {
  ...common,
  id: "seeds_2",
  title: "SEEDS 2",
  summary: "Exponential SDE solver, second order inside each step, with noise.",
  doc: "Solves the reverse SDE with exact noise at the middle and the end of each step. Two evaluations a step; fine texture at 10 to 20 steps. Eta 0 makes it an ODE solver of second order.",
  order: 2,
  defaultEta: 1,
  calls: callsWith([0.5]),
  sample: walkWith(twoStages(0.5, (h) => phi1(h))),
};

/** SEEDS-3 in data prediction, stages at 1/3 and 2/3. Three evaluations a step, one on a last step to 0. */
export const seeds3: Sampler = {
  ...common,
  id: "seeds_3",
  title: "SEEDS 3",
  summary: "Exponential SDE solver, third order inside each step, with noise.",
  doc: "SEEDS with two inner stages. Three evaluations a step; for 8 to 15 steps when two evaluations are not enough. Eta 0 makes it an ODE solver of third order.",
  order: 3,
  defaultEta: 1,
  calls: callsWith([r1, r2]),
  sample: walkWith(threeStages),
};

/** Exponential Heun in data prediction: the second stage at the end of the step, weight φ₂. Two evaluations a step, one on a last step to 0. */
export const expHeun2X0: Sampler = {
  ...common,
  id: "exp_heun_2_x0",
  title: "Exponential Heun",
  summary: "Heun's correction in log SNR; two evaluations a step.",
  doc: "Heun's method for the prediction of the clean picture, exact for the linear part. Two evaluations a step; smooth and accurate at 8 to 15 steps. Eta 1 is ComfyUI's exp_heun_2_x0_sde.",
  order: 2,
  defaultEta: 0,
  calls: callsWith([1]),
  sample: walkWith(twoStages(1, phi2)),
};
