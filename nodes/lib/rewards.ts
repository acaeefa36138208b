import type { NodeProblem } from "../../shared/node/define.ts";
import type { Reward, RewardTraits } from "../../shared/reward.ts";
import { affine, scale, square } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** Traits of a differentiable reward of clean images. */
export const onImages: RewardTraits = { on: "image", noiseAware: false, differentiable: true };

/** Traits of a differentiable reward of clean latents. */
export const onLatents: RewardTraits = { on: "latent", noiseAware: false, differentiable: true };

/** What rewards have together; null where some score images and some latents. Without any, that of images. */
export function jointTraits(rewards: readonly RewardTraits[]): RewardTraits | null {
  const [first = onImages] = rewards;
  if (rewards.some(({ on }) => on !== first.on)) return null;
  return {
    on: first.on,
    noiseAware: rewards.length > 0 && rewards.every(({ noiseAware }) => noiseAware),
    differentiable: rewards.every(({ differentiable }) => differentiable),
  };
}

export const mixedRewards =
  "Some of these rewards score images and some latents. Put a “Decoded reward” before those of images.";

/** Forecast of a reward made of others: refuses none at all, and those of images beside those of latents. */
export function forecastJoint(
  rewards: readonly (RewardTraits | undefined)[],
  port: string,
  problem: (problem: NodeProblem) => void,
): { reward?: RewardTraits } {
  if (rewards.length === 0) problem({ port, severity: "error", message: "There is no reward. Connect one or more." });
  const known = rewards.filter((one) => one !== undefined);
  const joint = jointTraits(known);
  if (!joint) problem({ port, severity: "error", message: mixedRewards });
  return joint && known.length === rewards.length ? { reward: joint } : {};
}

/** A reward made of others, each asked at the same time; a mixture of noise-aware and clean ones is asked as clean. */
export function jointReward(rewards: readonly Reward[], combine: (values: readonly Tensor[]) => Tensor): Reward {
  const traits = jointTraits(rewards);
  if (!traits) throw new Error(mixedRewards);
  return {
    ...traits,
    value: async (input, sigma) => {
      const level = traits.noiseAware && sigma !== undefined ? [sigma] : [];
      return combine(await Promise.all(rewards.map((reward) => reward.value(input, ...level))));
    },
  };
}

/** A statistic [B] as a reward: itself without a target, else its squared distance from it, below 0. */
export function towards(statistic: Tensor, target: number | null): Tensor {
  return target === null ? statistic : scale(square(affine(statistic, 1, -target)), -1);
}

/** A reward of images from its value. */
export function imageReward(value: (image: Tensor) => Tensor): { readonly reward: Reward } {
  return { reward: { ...onImages, value: async (image) => value(image) } };
}
