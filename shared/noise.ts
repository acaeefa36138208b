import type { FloatType, Tensor } from "./tensor/tensor.ts";

/**
 * What a `noise` wire carries: a source, made anew for each sampler and run, so that one seed gives one image.
 * All results are unit normal.
 */
export interface NoiseSource {
  /** The first noise, for the whole batch. */
  initial(shape: readonly number[], dtype: FloatType): Tensor;
  /**
   * The noise of a later move from level `sigma` to level `next`, both sigmas (Infinity is allowed). Falling moves may be
   * increments of one path; a rising one (churn, restart) is new noise each time. Sources that draw in sequence ignore the
   * levels.
   */
  between(like: Tensor, sigma: number, next: number): Tensor;
  /** Independent draws for a method that needs its own, named by `label` (node, step and stage). */
  stream(label: string): (like: Tensor) => Tensor;
}
