import { add, alongAxis, axisMap } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** How much of the history a prediction may see: the latest `length` frames, noised by `fraction` (0 clean, 1 not at all). */
export interface Sight {
  readonly length: number;
  readonly fraction: number;
}

/** A sight and what its prediction counts in the sum; all weights together are 1. */
export interface Branch extends Sight {
  readonly weight: number;
}

export interface HistoryOptions {
  readonly mode: "whole" | "parts" | "fractional";
  readonly fraction: number;
  readonly lengths: readonly number[];
  readonly weights: readonly number[];
}

const none: Sight = { length: 0, fraction: 1 };
const whole: Sight = { length: Number.POSITIVE_INFINITY, fraction: 0 };

/** The predictions that history guidance adds up: each sight once, those that count nothing left out. */
export function branchesOf(scale: number, { mode, fraction, lengths, weights }: HistoryOptions): Branch[] {
  const sums = new Map<string, Branch>();
  const count = (sight: Sight, weight: number) => {
    const seen = sight.fraction >= 1 || sight.length <= 0 ? none : sight;
    const key = `${seen.length}|${seen.fraction}`;
    sums.set(key, { ...seen, weight: (sums.get(key)?.weight ?? 0) + weight });
  };
  if (mode === "whole") {
    count(none, 1 - scale);
    count(whole, scale);
  } else if (mode === "fractional") {
    count(whole, 1);
    count({ ...whole, fraction }, scale - 1);
    count(none, 1 - scale);
  } else {
    count(none, 1);
    for (const [i, length] of lengths.entries()) {
      count({ length, fraction: 0 }, scale * (weights[i] ?? 1));
      count(none, -scale * (weights[i] ?? 1));
    }
  }
  return [...sums.values()].filter(({ weight }) => Math.abs(weight) > 1e-12);
}

/** Noise level of a fraction: as flow time, sigma = t / (1 − t), and no higher than the walk begins. */
export function levelOf(fraction: number, highest: number): number {
  return fraction >= 1 ? highest : Math.min(highest, fraction / (1 - fraction));
}

/** What a branch sees of each history frame: how much of the frame itself, and its noise level. */
export function framesSeen(
  count: number,
  { length, fraction }: Sight,
  highest: number,
  least: number,
): readonly { readonly share: number; readonly level: number }[] {
  return Array.from({ length: count }, (_, frame) => {
    const isSeen = frame >= count - length && fraction < 1;
    return isSeen ? { share: 1, level: Math.max(least, levelOf(fraction, highest)) } : { share: 0, level: highest };
  });
}

/** A sequence [B, F, …] whose first frames are those of `history` [B, H, …] and whose later ones are those of x. */
export function withHistory(x: Tensor, history: Tensor): Tensor {
  const [frames, known] = [x.shape[1], history.shape[1]];
  const later = scaledFrames(
    x,
    Array.from({ length: frames }, (_, i) => (i < known ? 0 : 1)),
  );
  const rows = Array.from({ length: frames }, (_, i) => Array.from({ length: known }, (_, j) => (i === j ? 1 : 0)));
  return add(alongAxis(history, 1, axisMap(rows)), later);
}

/** Each frame of [B, F, …] times a number of its own. */
export function scaledFrames(x: Tensor, factors: readonly number[]): Tensor {
  const rows = factors.map((factor, i) => factors.map((_, j) => (i === j ? factor : 0)));
  return alongAxis(x, 1, axisMap(rows));
}
