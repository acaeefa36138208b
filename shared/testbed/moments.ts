import type { Tensor } from "../tensor/tensor.ts";
import { stretch } from "./basis.ts";
import type { Mixture } from "./mixture.ts";

export interface Moments {
  /** [d] */
  readonly mean: Float64Array;
  /** [d, d] */
  readonly covariance: Float64Array;
}

/** Exact mean and covariance of a mixture under weights [K] that add up to 1. */
export function momentsOf({ size, gaussians }: Mixture, weights: Float64Array): Moments {
  const mean = new Float64Array(size);
  for (const [k, one] of gaussians.entries()) for (let i = 0; i < size; i++) mean[i] += weights[k] * one.mean[i];
  const covariance = new Float64Array(size * size);
  for (const [k, one] of gaussians.entries()) {
    for (let i = 0; i < size; i++) {
      const unit = new Float64Array(size);
      unit[i] = 1;
      const row = stretch(one.basis, one.variances, unit, 0);
      for (let j = 0; j < size; j++) {
        covariance[i * size + j] += weights[k] * (row[j] + (one.mean[i] - mean[i]) * (one.mean[j] - mean[j]));
      }
    }
  }
  return { mean, covariance };
}

/** Mean and covariance of points [N, …] (divided by N − 1). */
export function pointMoments({ data, shape }: Tensor): Moments {
  const [count] = shape;
  const size = data.length / count;
  const mean = new Float64Array(size);
  for (let at = 0; at < data.length; at++) mean[at % size] += data[at] / count;
  const covariance = new Float64Array(size * size);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const product = (data[n * size + i] - mean[i]) * (data[n * size + j] - mean[j]);
        covariance[i * size + j] += product / Math.max(1, count - 1);
      }
    }
  }
  return { mean, covariance };
}
