import type { CallInfo } from "../../shared/denoiser.ts";

/**
 * A draw that lives for a step or for the whole walk: it is made in the first stage, and later stages see the same, so
 * that a corrector corrects what was predicted. A rising sigma begins a new walk.
 */
export function keptDraw<T>(every: "step" | "run"): (call: CallInfo, draw: () => T) => T {
  let kept: T | undefined;
  let before = Number.POSITIVE_INFINITY;
  return (call, draw) => {
    if (call.stage === 0) {
      if (every === "step" || call.sigma > before) kept = undefined;
      before = call.sigma;
    }
    kept ??= draw();
    return kept;
  };
}
