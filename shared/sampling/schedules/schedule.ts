import type { NoiseSchedule } from "../../model.ts";
import { flowSigma, flowTime } from "../noiseSchedule.ts";

/** A recipe for noise levels. */
export interface Schedule {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** steps + 1 falling levels for `steps` ≥ 1. */
  sigmas(model: NoiseSchedule, steps: number): number[];
}

/** `count` numbers from a to b, both included; a alone for one. */
export function linspace(a: number, b: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (count === 1 ? a : a + ((b - a) * i) / (count - 1)));
}

/**
 * Smallest and largest level of a model in the coordinate that schedules are shaped in, and the way back: sigma itself,
 * or flow time (flow sigmas have no upper end).
 */
export function range(model: NoiseSchedule): { low: number; high: number; toSigma: (value: number) => number } {
  const low = model.sigmas[0];
  const high = model.sigmas[model.sigmas.length - 1];
  if (model.kind === "discrete") return { low, high, toSigma: (value) => value };
  return { low: flowTime(low), high: flowTime(high), toSigma: flowSigma };
}
