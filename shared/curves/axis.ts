import type { CallInfo } from "../denoiser.ts";

/** What a curve may run over. */
export const curveAxes = ["fraction", "sigma", "logSnr"] as const;

export type CurveAxis = (typeof curveAxes)[number];

/**
 * The place of a value of an axis on the line that interpolation works on. It rises as sampling goes on, on every axis:
 * a fraction and log-SNR as they are, a noise level as -ln sigma. So what is drawn straight over sigma is straight on
 * its logarithmic axis, and a step holds from its point to later steps whatever the axis.
 * @param x fraction 0..1, sigma >= 0 or log-SNR
 */
export function timeOf(over: CurveAxis, x: number): number {
  return over === "sigma" ? -Math.log(x) : x;
}

/** The value of an axis at a place that `timeOf` gives. */
export function valueAt(over: CurveAxis, time: number): number {
  return over === "sigma" ? Math.exp(-time) : time;
}

/**
 * Where an evaluation lies on an axis. The fraction is step / (steps - 1): 0 for the first step, 1 for the last that is
 * walked (0 for a walk of one step); log-SNR is -2 ln sigma. Read at the step's own sigma, so all its stages agree.
 */
export function axisValue(over: CurveAxis, at: CallInfo): number {
  if (over === "fraction") return at.steps > 1 ? at.step / (at.steps - 1) : 0;
  return over === "sigma" ? at.sigma : -2 * Math.log(at.sigma);
}
