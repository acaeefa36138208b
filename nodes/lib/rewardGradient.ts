import type { Model, ModelInfo } from "../../shared/model.ts";
import type { AskedVariant, NodeProblem } from "../../shared/node/define.ts";

import type { Reward, RewardTraits } from "../../shared/reward.ts";
import { add, addScaled, concatRows, detach, full, pullback, track, zeros } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";

/** A reward of latents [B, …]: one value for each sample, [B]. */
export type Score = (latent: Tensor) => Promise<Tensor>;

/** How a method that differentiates its denoiser asks it, for `evaluations`. */
export const askTracked: readonly AskedVariant[] = [{ variant: "tracked", backward: 1 }];

/** What a method asks of its reward. */
export interface Wanted {
  /** Judges noisy latents at their sigma; else clean ones, or clean images. */
  readonly noiseAware: boolean;
  readonly gradient: boolean;
}

/** Differentiates a clean reward: what most guidance by a reward wants. */
export const cleanGradient: Wanted = { noiseAware: false, gradient: true };

/** Why a reward does not serve a method, in one sentence; null if it does, as far as is known. */
export function refuseReward(
  reward: RewardTraits | undefined,
  model: ModelInfo | undefined,
  { noiseAware, gradient }: Wanted,
): string | null {
  if (!reward) return null;
  if (gradient && !reward.differentiable)
    return "This reward has no gradient to follow. Connect one that has, or choose among samples with it (Best of batch).";
  if (noiseAware && !reward.noiseAware)
    return "This reward judges clean samples, but classifier guidance asks about noisy ones. Connect a noise-aware reward, or guide with DPS or MPGD.";
  if (reward.on === "image" && model?.latent.width === 0)
    return `${model.name} has no pixels, so its samples cannot be judged as images. Connect a reward on latents.`;
  return null;
}

interface Forecasts {
  readonly denoiser?: { readonly model: ModelInfo } | undefined;
  readonly model?: ModelInfo | undefined;
  readonly reward: RewardTraits | undefined;
}

/** Reports while planning a reward that does not serve; what is known of the denoiser is handed on as it is. */
export function forecastReward(
  { denoiser, model, reward }: Forecasts,
  wanted: Wanted,
  problem: (found: NodeProblem) => void,
): Record<string, never> {
  const message = refuseReward(reward, model ?? denoiser?.model, wanted);
  if (message) problem({ port: "reward", severity: "error", message });
  return {};
}

/**
 * The reward of clean latents, decoded by `model` where the reward judges images. Throws one sentence if the reward does
 * not serve, or judges images and there is no model to decode with.
 */
export function cleanScore(reward: Reward, model: Model | undefined, wanted: Wanted): Score {
  const refused = refuseReward(reward, model?.info, wanted);
  if (refused) throw new Error(refused);
  if (reward.on === "latent") return (latent) => (reward.noiseAware ? reward.value(latent, 0) : reward.value(latent));
  if (!model) throw new Error("This reward judges images, but no decoder is known. Connect a model to this node.");
  return async (latent) => reward.value(await model.decode(latent));
}

/** Value [B] and gradient (shaped as x) of a score at x; both without history. */
export async function slopeOf(score: Score, x: Tensor): Promise<{ readonly value: Tensor; readonly gradient: Tensor }> {
  const leaf = track(x);
  const value = await score(leaf);
  const [gradient] = await pullback(value, full(value.shape, 1, dtypeOf(value)), [leaf]);
  return { value: detach(value), gradient };
}

/** A score averaged over perturbed points: `temperature` · log mean exp(score / temperature). */
export interface Smoothing {
  /** Displacements, each shaped as x; none = the point itself. */
  readonly draws: readonly Tensor[];
  readonly temperature: number;
}

/** Gradient of `strength` · score, smoothed: perturbed points with high scores count more. */
export async function smoothedGradient(
  score: Score,
  x: Tensor,
  strength: number,
  { draws, temperature }: Smoothing,
): Promise<Tensor> {
  const points = draws.length === 0 ? [x] : draws.map((draw) => add(detach(x), draw));
  const leaf = track(concatRows(points.map(detach)));
  const value = await score(leaf);
  const shares = sharesOf(value, points.length, strength / temperature).map((share) => share * strength);
  const [all] = await pullback(value, { data: shares, shape: value.shape }, [leaf]);
  const size = all.data.length / points.length;
  let total = zeros(x.shape, dtypeOf(all));
  for (let j = 0; j < points.length; j++) {
    total = addScaled(total, { data: all.data.subarray(j * size, (j + 1) * size), shape: x.shape }, 1);
  }
  return total;
}

/** Softmax over the perturbed points of each sample; values are ordered by point, then sample. */
function sharesOf(value: Tensor, points: number, sharpness: number): Tensor["data"] {
  const shares = value.data.slice();
  const batch = shares.length / points;
  for (let b = 0; b < batch; b++) {
    let top = -Infinity;
    for (let i = b; i < shares.length; i += batch) top = Math.max(top, sharpness * shares[i]);
    let total = 0;
    for (let i = b; i < shares.length; i += batch) {
      shares[i] = Math.exp(sharpness * shares[i] - top);
      total += shares[i];
    }
    for (let i = b; i < shares.length; i += batch) shares[i] /= total;
  }
  return shares;
}
