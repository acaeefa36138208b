import type { Tensor } from "./tensor/tensor.ts";

/** What is known of a reward before it is asked; what a `reward` wire forecasts. */
export interface RewardTraits {
  /** What it scores: decoded images in 0..1, or latents. */
  readonly on: "image" | "latent";
  /** True if it takes a noisy latent and its sigma. */
  readonly noiseAware: boolean;
  readonly differentiable: boolean;
}

/** A `reward` wire: higher is better. */
export interface Reward extends RewardTraits {
  /** One value for each sample, [B]. */
  value(input: Tensor, sigma?: number): Promise<Tensor>;
}
