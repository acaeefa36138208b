import { add, scale } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { lagrangeBasis } from "./polynomial.ts";
import type { Sampler } from "./sampler.ts";
import { addWeighted, oneCallAStep } from "./steps.ts";

const [predictorOrder, correctorOrder] = [3, 4];

/** a · ∫ e^(a·u) u^p du from −h to 0 for p = 0, 1, …, by parts. */
function exponentialMoments(h: number, a: number, count: number): number[] {
  const moments = [-Math.expm1(-a * h)];
  for (let p = 1; p < count; p++) moments.push(-((-h) ** p) * Math.exp(-a * h) - (p / a) * moments[p - 1]);
  return moments;
}

/**
 * Weights of predictions at `lambdas` (−ln sigma) in the step from one to another lambda: the Lagrange polynomials over
 * the exponential weight of the SDE with noise tau (arXiv:2309.05019, the Adams coefficients in data prediction).
 */
function adamsWeights(lambdas: readonly number[], from: number, to: number, tau: number): number[] {
  const moments = exponentialMoments(to - from, 1 + tau ** 2, lambdas.length);
  return lagrangeBasis(lambdas.map((lambda) => lambda - to)).map((polynomial) =>
    polynomial.reduce((sum, coefficient, p) => sum + coefficient * moments[p], 0),
  );
}

interface Past {
  readonly denoised: Tensor;
  readonly lambda: number;
}

/** One half of a step, from x at `sigma` with the newest `order` predictions. */
function adams(x: Tensor, past: readonly Past[], order: number, sigma: number, next: number, tau: number): Tensor {
  const used = past.slice(0, order);
  const h = Math.log(sigma / next);
  const weights = adamsWeights(
    used.map(({ lambda }) => lambda),
    -Math.log(sigma),
    -Math.log(next),
    tau,
  );
  return addWeighted(
    scale(x, (next / sigma) * Math.exp(-(tau ** 2) * h)),
    used.map(({ denoised }) => denoised),
    weights,
  );
}

/** Orders of the halves at a step; walks to 0 go down in order at their end. */
function ordersAt(step: number, steps: number, endsAtZero: boolean): { predictor: number; corrector: number } {
  const known = step + 1;
  const toEnd = endsAtZero ? steps - 1 - step : Number.POSITIVE_INFINITY;
  const isLast = step === steps - 1;
  return {
    predictor: Math.min(predictorOrder, known, toEnd),
    corrector: step === 0 || (isLast && endsAtZero) ? 0 : Math.min(correctorOrder, known, toEnd + 1),
  };
}

/** SA-Solver: stochastic Adams of order 3, corrected with order 4 by the same evaluation; tau is eta. Xue and others, 2023 (arXiv:2309.05019). */
export const saSolver: Sampler = {
  id: "sa_solver",
  title: "SA-Solver",
  summary: "Stochastic Adams predictor and corrector; one evaluation a step.",
  doc: "Predicts with the last three predictions and corrects with the fourth, for the SDE whose noise **eta** (the paper's tau) sets. One evaluation a step; fine detail at 20 steps and more. At eta 0 it is an Adams method for the ODE. The history starts anew in a second sampler that goes on.",
  cites: [
    {
      id: "arXiv:2309.05019",
      by: "Xue and others, 2023",
      title: "SA-Solver: Stochastic Adams Solver for Fast Sampling of Diffusion Models",
    },
  ],
  // The first step is of first order, corrected to second, which makes the whole walk of third.
  order: 3,
  isStochastic: true,
  defaultEta: 1,
  usesChurn: false,
  start: "sigma",
  flowFrame: "variance-exploding",
  calls: oneCallAStep,
  sample: async (denoiser, start, sigmas, io, options) => {
    const tau = options.eta;
    const steps = sigmas.length - 1;
    const endsAtZero = sigmas[steps] === 0;
    let x = start;
    let predicted = start;
    let noise: Tensor | null = null;
    let past: readonly Past[] = [];
    for (let step = 0; step < steps; step++) {
      const [sigma, next] = [sigmas[step], sigmas[step + 1]];
      const orders = ordersAt(step, steps, endsAtZero);
      const denoised = await denoiser(predicted, sigma, io.call(step, 0));
      past = [{ denoised, lambda: -Math.log(sigma) }, ...past].slice(0, correctorOrder);
      if (orders.corrector === 0) x = predicted;
      else {
        const corrected = adams(x, past, orders.corrector, sigmas[step - 1], sigma, tau);
        x = noise ? add(corrected, noise) : corrected;
      }
      await io.step({ step, sigma, x, denoised });
      if (next === 0) return denoised;
      predicted = adams(x, past, orders.predictor, sigma, next, tau);
      const deviation = next * Math.sqrt(-Math.expm1(-2 * tau ** 2 * Math.log(sigma / next))) * options.noiseScale;
      noise = deviation === 0 ? null : scale(io.noise(predicted, sigma, next), deviation);
      if (noise) predicted = add(predicted, noise);
    }
    return predicted;
  },
};
