import type { NoiseSchedule } from "../model.ts";
import { flowTime } from "./noiseSchedule.ts";

/** Index i with table[i] ≤ value ≤ table[i + 1] of a rising table. */
function bracket(table: readonly number[], value: number): number {
  let low = 0;
  let high = table.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * What the network is fed for a noise level: 0..trainSteps − 1, fractions between the trained ones (sigma interpolated
 * linearly over the timestep, as diffusers makes sigmas of fractional timesteps); t · trainSteps for flow models.
 */
export function timestepOf(schedule: NoiseSchedule, sigma: number): number {
  if (schedule.kind === "flow") return flowTime(sigma) * schedule.trainSteps;
  const { sigmas } = schedule;
  if (sigma <= sigmas[0]) return 0;
  if (sigma >= sigmas[sigmas.length - 1]) return sigmas.length - 1;
  const i = bracket(sigmas, sigma);
  return i + (sigma - sigmas[i]) / (sigmas[i + 1] - sigmas[i]);
}

/** The noise level of a timestep of a discrete schedule, linear between the trained ones. */
export function sigmaOf({ sigmas }: NoiseSchedule, timestep: number): number {
  const i = Math.min(sigmas.length - 2, Math.max(0, Math.floor(timestep)));
  return sigmas[i] + (timestep - i) * (sigmas[i + 1] - sigmas[i]);
}

/** Like `sigmaOf`, linear in log sigma, as k-diffusion and ComfyUI interpolate. */
export function logSigmaOf({ sigmas }: NoiseSchedule, timestep: number): number {
  const i = Math.min(sigmas.length - 2, Math.max(0, Math.floor(timestep)));
  const part = timestep - i;
  return Math.exp((1 - part) * Math.log(sigmas[i]) + part * Math.log(sigmas[i + 1]));
}
