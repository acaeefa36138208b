import type { NoiseSchedule } from "../model.ts";

export type BetaSchedule = "linear" | "scaled_linear" | "squaredcos_cap_v2";

export interface DiscreteOptions {
  readonly trainSteps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  readonly betaSchedule: BetaSchedule;
  /** Replaces the formula. */
  readonly trainedBetas: readonly number[] | null;
  /** Scales the chain so that its last level is pure noise (arXiv:2305.08891, algorithm 1). */
  readonly rescaleZeroSnr: boolean;
  readonly stepsOffset: number;
  readonly finalSigma: "zero" | "sigma_min";
  readonly spacing: "leading" | "linspace" | "trailing";
}

/** Stands for t = 1 of a flow: so large that the sample is pure noise to the last digit of float32, and still finite. */
export const pureNoiseSigma = 2 ** 24;

/** The levels of a variance-preserving chain: sigma² = (1 − ᾱ) / ᾱ of each training timestep. */
export function discreteSchedule(options: DiscreteOptions): NoiseSchedule {
  const alphaBars: number[] = [];
  let product = 1;
  for (const beta of options.trainedBetas ?? betasOf(options)) {
    product *= 1 - beta;
    alphaBars.push(product);
  }
  const bars = options.rescaleZeroSnr ? zeroSnr(alphaBars) : alphaBars;
  return {
    kind: "discrete",
    sigmas: bars.map((bar) => Math.sqrt((1 - bar) / bar)),
    shift: 1,
    trainSteps: bars.length,
    stepsOffset: options.stepsOffset,
    finalSigma: options.finalSigma,
    spacing: options.spacing,
  };
}

function betasOf({ trainSteps, betaStart, betaEnd, betaSchedule }: DiscreteOptions): number[] {
  const line = (from: number, to: number, i: number) => from + ((to - from) * i) / (trainSteps - 1);
  const bar = (t: number) => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  return Array.from({ length: trainSteps }, (_, i) => {
    if (betaSchedule === "linear") return line(betaStart, betaEnd, i);
    if (betaSchedule === "scaled_linear") return line(Math.sqrt(betaStart), Math.sqrt(betaEnd), i) ** 2;
    return Math.min(1 - bar((i + 1) / trainSteps) / bar(i / trainSteps), 0.999);
  });
}

/** A discrete schedule whose noisiest level holds nothing of the image (arXiv:2305.08891, algorithm 1). */
export function zeroTerminalSchedule(schedule: NoiseSchedule): NoiseSchedule {
  const bars = zeroSnr(schedule.sigmas.map((sigma) => 1 / (1 + sigma * sigma)));
  return { ...schedule, sigmas: bars.map((bar) => Math.sqrt((1 - bar) / bar)) };
}

/** √ᾱ shifted and scaled so that the last is 0 and the first stays; the last is kept finite as diffusers does (2⁻²⁴). */
function zeroSnr(alphaBars: readonly number[]): number[] {
  const roots = alphaBars.map(Math.sqrt);
  const [first, last] = [roots[0]!, roots[roots.length - 1]!];
  return roots.map((root) => Math.max(2 ** -24, (((root - last) * first) / (first - last)) ** 2));
}

/** The levels of rectified flow: t = (i + 1) / n after the model's time shift, sigma = t / (1 − t). */
export function flowSchedule({
  trainSteps,
  shift,
}: {
  readonly trainSteps: number;
  readonly shift: number;
}): NoiseSchedule {
  const sigmas = Array.from({ length: trainSteps }, (_, i) => flowSigma(shiftTime((i + 1) / trainSteps, shift)));
  return { kind: "flow", sigmas, shift, trainSteps, stepsOffset: 0, finalSigma: "zero", spacing: "linspace" };
}

/** Time shift of SD3 (arXiv:2403.03206, eq. 23): t' = s·t / (1 + (s − 1)·t). */
export function shiftTime(t: number, shift: number): number {
  return (shift * t) / (1 + (shift - 1) * t);
}

/** sigma = t / (1 − t); t = 1 is pure noise. */
export function flowSigma(t: number): number {
  return t >= 1 ? pureNoiseSigma : t / (1 - t);
}

/** t = sigma / (1 + sigma). */
export function flowTime(sigma: number): number {
  return sigma >= pureNoiseSigma ? 1 : sigma / (1 + sigma);
}
