import { addScaled, combine, sub } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { solve } from "./polynomial.ts";
import { type Move, neighbours, type Sampler } from "./sampler.ts";
import { oneCallAStep } from "./steps.ts";

const maxOrder = 3;
/** Where a walk to 0 ends: log SNR has no end there (ComfyUI's constant). */
const lastSigma = 0.001;

interface Past {
  readonly denoised: Tensor;
  /** −ln sigma of its evaluation. */
  readonly lambda: number;
}

/** Scaling of the residuals: h for bh1, eʰ − 1 for bh2, h negative as in data prediction. */
type Scaling = (h: number) => number;

interface Update {
  /** The first order part, shared by predictor and corrector. */
  readonly base: Tensor;
  readonly differences: readonly Tensor[];
  readonly scaling: number;
  readonly predictor: readonly number[];
  readonly corrector: readonly number[];
}

/** Weights of both halves of a step to `next` of an order; history newest first (arXiv:2302.04867, UniP and UniC). */
function updateOf(
  x: Tensor,
  sigma: number,
  next: number,
  past: readonly Past[],
  order: number,
  scaling: Scaling,
): Update {
  const h = Math.log(sigma / next);
  const [newest, ...older] = past.slice(0, order);
  const ratios = older.map(({ lambda }) => (lambda - newest.lambda) / h);
  const nodes = [...ratios, 1];
  const first = Math.expm1(-h);
  const scale = scaling(-h);
  const right: number[] = [];
  let phi = first / -h - 1;
  let factorial = 1;
  for (let k = 1; k <= order; k++) {
    right.push((phi * factorial) / scale);
    factorial *= k + 1;
    phi = phi / -h - 1 / factorial;
  }
  const powers = (upTo: number) =>
    Array.from({ length: upTo }, (_, k) => nodes.slice(0, upTo).map((node) => node ** k));
  return {
    base: combine(x, next / sigma, newest.denoised, -first),
    differences: older.map(({ denoised }, k) => combine(denoised, 1 / ratios[k], newest.denoised, -1 / ratios[k])),
    scaling: scale,
    predictor: order === 2 ? [0.5] : solve(powers(order - 1), right.slice(0, -1)),
    corrector: order === 1 ? [0.5] : solve(powers(order), right),
  };
}

function corrected({ base, differences, scaling, corrector }: Update, change: Tensor): Tensor {
  return [...differences, change].reduce((x, d, k) => addScaled(x, d, -scaling * corrector[k]), base);
}

function predicted({ base, differences, scaling, predictor }: Update): Tensor {
  return differences.reduce((x, d, k) => addScaled(x, d, -scaling * predictor[k]), base);
}

function movesOf(sigmas: readonly number[]): Move[] {
  return neighbours(sigmas.map((sigma) => (sigma === 0 ? lastSigma : sigma)));
}

function sampleWith(scaling: Scaling): Sampler["sample"] {
  return async (denoiser, start, sigmas, io) => {
    const moves = movesOf(sigmas);
    const order = Math.max(1, Math.min(maxOrder, moves.length - 1));
    const orderOf = (target: number) => (target < order ? target : Math.min(order, moves.length + 1 - target));
    let x = start;
    let update: Update | null = null;
    let past: readonly Past[] = [];
    for (const [step, { sigma, next }] of moves.entries()) {
      const denoised = await denoiser(x, sigma, io.call(step, 0));
      if (update) x = corrected(update, sub(denoised, past[0].denoised));
      await io.step({ step, sigma, x, denoised });
      past = [{ denoised, lambda: -Math.log(sigma) }, ...past].slice(0, maxOrder);
      update = updateOf(x, sigma, next, past, orderOf(step + 1), scaling);
      x = predicted(update);
    }
    return x;
  };
}

const common = {
  cites: [
    {
      id: "arXiv:2302.04867",
      by: "Zhao and others, 2023",
      title: "UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models",
    },
  ],
  order: 2,
  isStochastic: false,
  defaultEta: null,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  moves: movesOf,
  calls: oneCallAStep,
} as const;

/** UniPC of order 3 with B(h) = h. One evaluation a step; a last level of 0 is taken as 0.001. */
export const uniPc: Sampler = {
  ...common,
  id: "uni_pc",
  title: "UniPC",
  summary: "Predicts, then corrects with the next evaluation, which costs nothing extra.",
  doc: "Each evaluation first corrects the step that led to it and then predicts the next: third order at one evaluation a step. Very good at 6 to 12 steps; ComfyUI leaves out the last level but one with it. The history starts anew in a second sampler that goes on.",
  sample: sampleWith((h) => h),
};

/** UniPC of order 3 with B(h) = eʰ − 1. One evaluation a step; a last level of 0 is taken as 0.001. */
export const uniPcBh2: Sampler = {
  ...common,
  id: "uni_pc_bh2",
  title: "UniPC BH2",
  summary: "UniPC with the scaling that suits strong guidance and few steps.",
  doc: "UniPC with residuals scaled by eʰ − 1, which the authors advise for guided sampling and very few steps. One evaluation a step. The history starts anew in a second sampler that goes on.",
  sample: sampleWith(Math.expm1),
};
