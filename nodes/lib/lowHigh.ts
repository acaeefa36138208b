import type { Asks } from "../../shared/node/define.ts";
import { addScaled, extrapolate, resize, sub } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/**
 * Guidance with one weight for what a smaller latent can show and another for what only this one can: the difference
 * [B, C, h, w] made smaller by `factor` and large again is its low part, the rest its high part. Equal weights are
 * ordinary guidance; the result does not depend on the prediction space.
 */
export function guidedByBands(weak: Tensor, strong: Tensor, factor: number, low: number, high: number): Tensor {
  if (low === high) return extrapolate(weak, strong, low);
  const difference = sub(strong, weak);
  const [, , height, width] = difference.shape;
  const smaller = (side: number) => Math.max(1, Math.round(side / factor));
  const small = resize(difference, smaller(height), smaller(width), "bilinear");
  const lowPart = resize(small, height, width, "bilinear");
  return addScaled(addScaled(weak, difference, high), lowPart, low - high);
}

/** Which sides two weights of bands need. */
export function sidesForBands(low: number, high: number): { readonly strong: Asks; readonly weak: Asks } {
  return { strong: low === 0 && high === 0 ? 0 : 1, weak: low === 1 && high === 1 ? 0 : 1 };
}
