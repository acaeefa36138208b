import { div, dot, mulSample, norm, shift } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** Keeps a division by nothing at nothing; far below any square that a prediction has. */
const tiny = 1e-30;

/** The part of `x` that is parallel to `base`, for each sample; nothing where `base` is zero. */
export function parallelTo(x: Tensor, base: Tensor): Tensor {
  return mulSample(base, div(dot(x, base), shift(dot(base, base), tiny)));
}

/** Cosine of the angle between `a` and `b` for each sample, [B]; 0 where one of them is zero. */
export function cosine(a: Tensor, b: Tensor): Tensor {
  return div(div(dot(a, b), shift(norm(a), tiny)), shift(norm(b), tiny));
}
