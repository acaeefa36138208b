import { param } from "../../shared/node/params.ts";
import { scale, square, sum } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** Parameter: standard deviation of the noise that a measured picture is taken to have. */
export const measurementNoise = param.number({
  default: 0.05,
  min: 0.0001,
  max: 10,
  step: 0.01,
  decimals: 4,
  safe: [0.01, 0.2],
  about: "Standard deviation of the noise in the picture; smaller holds it tighter.",
});

/** −‖residual‖² / (2 noise²) for each sample, [B]. */
export function logLikelihood(residual: Tensor, noise: number): Tensor {
  return scale(sum(square(residual)), -0.5 / noise ** 2);
}
