import { flowSigma, flowTime } from "../noiseSchedule.ts";
import { linspace } from "./schedule.ts";

/** In what a walk is straight between its levels. */
export type Between = "log" | "sigma" | "t";

/** A level between two, at `part` of the way (0..1). Towards 0, where there is no logarithm, it is straight in sigma. */
function between(a: number, b: number, part: number, way: Between): number {
  if (part === 0) return a;
  if (way === "t") return flowSigma((1 - part) * flowTime(a) + part * flowTime(b));
  if (way === "log" && a > 0 && b > 0) return Math.exp((1 - part) * Math.log(a) + part * Math.log(b));
  return (1 - part) * a + part * b;
}

/** A walk of the same shape with another number of steps: the levels at evenly spaced places of the old one. */
export function resampled(sigmas: readonly number[], steps: number, way: Between): number[] {
  if (sigmas.length < 2 || steps < 1) return [];
  const last = sigmas.length - 1;
  return linspace(0, last, steps + 1).map((place) => {
    const i = Math.min(last, Math.floor(place));
    return i === last ? sigmas[last] : between(sigmas[i], sigmas[i + 1], place - i, way);
  });
}
