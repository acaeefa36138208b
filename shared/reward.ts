import type { Tensor } from "./tensor/tensor.ts";

/** A `reward` wire: higher is better. */
export interface Reward {
  /** What it scores: decoded images in 0..1, or latents. */
  readonly on: "image" | "latent";
  /** True if it takes a noisy latent and its sigma. */
  readonly noiseAware: boolean;
  readonly differentiable: boolean;
  /** One value for each sample, [B]. */
  value(input: Tensor, sigma?: number): Promise<Tensor>;
}
