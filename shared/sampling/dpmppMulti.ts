import { addScaled, combine, sub } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Sampler, SamplerIo, SamplerOptions } from "./sampler.ts";
import { addNoise, oneCallAStep } from "./steps.ts";

const cites = [
  {
    id: "arXiv:2211.01095",
    by: "Lu and others, 2022",
    title: "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
  },
];

interface Past {
  readonly denoised: Tensor;
  /** Step in −ln sigma that led away from it. */
  readonly h: number;
}

/** What the history adds to a first-order step: h is the step in −ln sigma, hEta the same stretched by 1 + eta. */
type Correction = (x: Tensor, denoised: Tensor, past: readonly Past[], h: number, hEta: number) => Tensor;

/** Multistep in −ln sigma with noise, as k-diffusion's SDE solvers; a last step to 0 gives the prediction itself. */
function multistep(correct: Correction): Sampler["sample"] {
  return async (denoiser, start, sigmas, io, options) => {
    let x = start;
    let past: readonly Past[] = [];
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const denoised = await denoiser(x, sigma, io.call(step, 0));
      await io.step({ step, sigma, x, denoised });
      if (next === 0) return denoised;
      const h = Math.log(sigma / next);
      const hEta = h * (1 + options.eta);
      const first = combine(x, Math.exp(-hEta), denoised, -Math.expm1(-hEta));
      x = withNoise(correct(first, denoised, past, h, hEta), sigma, next, h, io, options);
      past = [{ denoised, h }, ...past].slice(0, 2);
    }
    return x;
  };
}

function withNoise(x: Tensor, sigma: number, next: number, h: number, io: SamplerIo, options: SamplerOptions): Tensor {
  return addNoise(x, next * Math.sqrt(-Math.expm1(-2 * options.eta * h)), sigma, next, io, options);
}

const midpoint: Correction = (x, denoised, [last], h, hEta) =>
  last ? addScaled(x, sub(denoised, last.denoised), (0.5 * -Math.expm1(-hEta) * h) / last.h) : x;

const heun: Correction = (x, denoised, [last], h, hEta) =>
  last ? addScaled(x, sub(denoised, last.denoised), ((Math.expm1(-hEta) / hEta + 1) * h) / last.h) : x;

/** Third order once two predictions are known: differences d1, d2 as in k-diffusion's sample_dpmpp_3m_sde. */
const third: Correction = (x, denoised, [last, before], h, hEta) => {
  if (!last) return x;
  const phi2 = Math.expm1(-hEta) / hEta + 1;
  const r0 = last.h / h;
  if (!before) return addScaled(x, sub(denoised, last.denoised), phi2 / r0);
  const r1 = before.h / h;
  const phi3 = phi2 / hEta - 0.5;
  const newer = combine(denoised, 1 / r0, last.denoised, -1 / r0);
  const older = combine(last.denoised, 1 / r1, before.denoised, -1 / r1);
  const change = sub(newer, older);
  const d1 = addScaled(newer, change, r0 / (r0 + r1));
  return addScaled(addScaled(x, d1, phi2), change, -phi3 / (r0 + r1));
};

const common = {
  cites,
  isStochastic: true,
  defaultEta: 1,
  usesChurn: false,
  start: "sigma",
  flowFrame: "variance-exploding",
  calls: oneCallAStep,
} as const;

/** DPM-Solver++(2M) SDE, midpoint form. One evaluation a step; a second sampler that goes on starts its history anew. */
export const dpmpp2mSde: Sampler = {
  ...common,
  id: "dpmpp_2m_sde",
  title: "DPM++ 2M SDE",
  summary: "Second order from one evaluation a step, with noise.",
  doc: "Second order from the last prediction, with noise that comes from a Brownian path. One evaluation a step; the usual stochastic choice with karras or exponential at 25 to 40 steps: fine texture, pictures that hardly change with the number of steps. The history starts anew in a second sampler that goes on.",
  order: 2,
  sample: multistep(midpoint),
};

/** DPM-Solver++(2M) SDE, Heun form. One evaluation a step; a second sampler that goes on starts its history anew. */
export const dpmpp2mSdeHeun: Sampler = {
  ...common,
  id: "dpmpp_2m_sde_heun",
  title: "DPM++ 2M SDE Heun",
  summary: "As DPM++ 2M SDE, with the exact weight of the linear part.",
  doc: "As DPM++ 2M SDE with the exact weight of the linear part: a little smoother at few steps. One evaluation a step. The history starts anew in a second sampler that goes on.",
  order: 2,
  sample: multistep(heun),
};

/** DPM-Solver++(3M) SDE. One evaluation a step; its first two steps are of lower order, which bounds the whole walk to 2. */
export const dpmpp3mSde: Sampler = {
  ...common,
  id: "dpmpp_3m_sde",
  title: "DPM++ 3M SDE",
  summary: "Third order from one evaluation a step, with noise; for many steps.",
  doc: "Third order in its history, with noise. One evaluation a step; wants 30 steps and more and schedules with many small steps (exponential). The history starts anew in a second sampler that goes on.",
  order: 2,
  sample: multistep(third),
};
