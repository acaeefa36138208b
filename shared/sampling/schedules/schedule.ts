import type { NoiseSchedule } from "../../model.ts";
import type { Citation } from "../../node/define.ts";
import { flowSigma, flowTime } from "../noiseSchedule.ts";

/** What some schedules let a user set; null or absent = the schedule's own default. Names are those of the parameters. */
export interface ScheduleSettings {
  /** Smallest level before 0, as sigma; the model's own by default. */
  readonly sigmaMin?: number | null;
  /** First level, as sigma; the model's own by default. */
  readonly sigmaMax?: number | null;
  /** Exponent of karras (7) and polyexponential (1). */
  readonly rho?: number | null;
  /** Shape of the beta distribution, both above 0; 0.6. */
  readonly alpha?: number | null;
  readonly beta?: number | null;
  /** Centre (0) and width (0.5) of the Laplace distribution of ln sigma. */
  readonly mu?: number | null;
  readonly spread?: number | null;
  /** Growth of noise in vp: 19.9, and at its start: 0.1. */
  readonly betaD?: number | null;
  readonly betaMin?: number | null;
  /** Tables of align_your_steps; "sd1". */
  readonly family?: string;
  /** Tables of optimal_steps; "flux". */
  readonly flowFamily?: string;
  /** Table of gits, 0.8 to 1.5; 1.2. */
  readonly coefficient?: number;
  /** Levels that lcm chooses from; 50. */
  readonly originalSteps?: number;
}

/** A recipe for noise levels. */
export interface Schedule {
  readonly id: string;
  readonly title: string;
  /** One line for lists. */
  readonly summary: string;
  /** Markdown: what it does to a picture, and when to choose it. */
  readonly doc: string;
  readonly cites: readonly Citation[];
  /** Which settings it reads. */
  readonly settings: readonly (keyof ScheduleSettings)[];
  /** The only kind of model that it was made for; absent where it suits both. */
  readonly madeFor?: NoiseSchedule["kind"];
  /**
   * steps + 1 falling levels for `steps` ≥ 1 (fewer where the model's table has too few, see `doc`). Throws a RangeError
   * with a sentence for people where a setting or the number of steps does not suit.
   */
  sigmas(model: NoiseSchedule, steps: number, settings?: ScheduleSettings): number[];
  /** The levels at a strength above 0 and below 1; absent: the last of a longer schedule. */
  partial?(model: NoiseSchedule, steps: number, strength: number, settings?: ScheduleSettings): number[];
}

/** `count` numbers from a to b, both included; a alone for one. */
export function linspace(a: number, b: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (count === 1 ? a : a + ((b - a) * i) / (count - 1)));
}

/** Nearest whole number, halves to the even one, as numpy rounds. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

/** Refuses more steps than there are levels to take. */
export function checkSteps(most: number, steps: number): void {
  if (steps > most)
    throw new RangeError(
      `This schedule has at most ${most} steps, but ${steps} are asked for. Take fewer, or raise strength.`,
    );
}

export interface Range {
  readonly low: number;
  readonly high: number;
  readonly toSigma: (value: number) => number;
}

/**
 * Smallest and largest level in the coordinate that schedules are shaped in, and the way back: sigma itself, or flow
 * time (flow sigmas have no upper end). They are the model's own unless the settings say otherwise.
 */
export function range(model: NoiseSchedule, { sigmaMin, sigmaMax }: ScheduleSettings = {}): Range {
  const from = sigmaMin ?? model.sigmas[0];
  const to = sigmaMax ?? model.sigmas[model.sigmas.length - 1];
  if (!(from > 0 && from < to)) {
    throw new RangeError(`The smallest level (${from}) must lie above 0 and below the largest (${to}).`);
  }
  if (model.kind === "discrete") return { low: from, high: to, toSigma: (value) => value };
  return { low: flowTime(from), high: flowTime(to), toSigma: flowSigma };
}
