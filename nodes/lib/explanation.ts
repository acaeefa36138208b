import type { NodeProblem } from "../../shared/node/define.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { philoxNormal } from "../../shared/random/philox.ts";
import type { Reward, RewardTraits } from "../../shared/reward.ts";
import { abs, addScaled, mulSample, quantile, sub, sumChannels, zeros } from "../../shared/tensor/index.ts";
import { allocate, dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { brightness } from "./picture.ts";
import { slopeOf } from "./rewardGradient.ts";

/** Ports and parameters that every explanation of a reward has. */
export const explained = {
  inputs: { reward: port.reward("what to explain"), image: port.image("the images that it scores") },
  params: {
    opacity: param.number({
      default: 0.8,
      min: 0,
      max: 1,
      step: 0.05,
      slider: [0, 1],
      onCard: false,
      about: "How strongly the map is laid over the image.",
    }),
  },
  outputs: {
    image: port.image("the image in grey under the map"),
    map: port.tensor("the map itself, a number for each pixel and colour"),
  },
} as const;

/** Seed of the draws of an explanation. */
export const drawsSeed = param.seed({ default: 0, onCard: false, about: "Seed of the noise." });

/** Why a reward has no map over pixels; null if it has one. */
function refusalOf(reward: RewardTraits): string | null {
  if (reward.on === "latent") return "This reward scores latents. Connect one of images: maps are drawn over pixels.";
  return reward.differentiable ? null : "This reward has no gradient. Connect one that has.";
}

/** Refuses rewards that cannot be explained, and tells the shapes of overlay and map. */
export function forecastExplained(
  {
    reward,
    image,
  }: { readonly reward?: RewardTraits | undefined; readonly image?: { readonly shape: readonly number[] } | undefined },
  problem: (problem: NodeProblem) => void,
) {
  const refused = reward && refusalOf(reward);
  if (refused) problem({ port: "reward", severity: "error", message: refused });
  return image ? { image: { shape: image.shape }, map: { shape: image.shape } } : {};
}

/** Gradient of a reward at images, shaped as they are. Throws a sentence for a reward that has none. */
export async function gradientAt(reward: Reward, image: Tensor): Promise<Tensor> {
  const refused = refusalOf(reward);
  if (refused) throw new Error(refused);
  return (await slopeOf((x) => reward.value(x), image)).gradient;
}

/** Evaluations that wait for each other at a time: they share calls of networks, and their memory is bounded. */
const together = 8;

/** Mean of the gradients at several points, [B, …] each. */
export async function meanGradient(reward: Reward, count: number, pointAt: (index: number) => Tensor): Promise<Tensor> {
  let total: Tensor | undefined;
  for (let from = 0; from < count; from += together) {
    const indices = Array.from({ length: Math.min(together, count - from) }, (_, i) => from + i);
    for (const gradient of await Promise.all(indices.map((index) => gradientAt(reward, pointAt(index))))) {
      total = addScaled(total ?? zeros(gradient.shape, dtypeOf(gradient)), gradient, 1 / count);
    }
  }
  return total ?? zeros([0]);
}

/** An image with noise of a share of its own range, max − min; every sample gets the same draw. */
export function noisy(image: Tensor, share: number, seed: bigint, draw: number): Tensor {
  const batch = image.shape[0];
  const noise = philoxNormal(seed, draw, image.data.length / batch);
  const values = allocate(dtypeOf(image), image.data.length);
  for (let b = 0; b < batch; b++) values.set(noise, b * noise.length);
  const range = sub(quantile(image, 1), quantile(image, 0));
  return addScaled(image, mulSample({ data: values, shape: image.shape }, range), share);
}

const raises = [0.95, 0.35, 0.05];
const lowers = [0.1, 0.4, 1];

/**
 * The image in grey under its map: orange where pixels raise the reward, blue where they lower it. `strength` shows how
 * much alone, in orange. Each map is scaled so that 99 of 100 places are below full colour.
 */
export function overlay(image: Tensor, map: Tensor, shows: "sign" | "strength", opacity: number): Tensor {
  const places = shows === "sign" ? sumChannels(map) : sumChannels(abs(map));
  const top = quantile(abs(places), 0.99).data;
  const grey = brightness(image).data;
  const plane = grey.length / image.shape[0];
  const data = new Float32Array(image.data.length);
  for (let i = 0; i < grey.length; i++) {
    const b = Math.floor(i / plane);
    const heat = top[b] === 0 ? 0 : Math.max(-1, Math.min(1, places.data[i] / top[b]));
    const cover = opacity * Math.abs(heat);
    const colour = heat < 0 ? lowers : raises;
    const under = Math.min(1, Math.max(0, grey[i]));
    for (let c = 0; c < 3; c++) data[(b * 3 + c) * plane + (i % plane)] = (1 - cover) * under + cover * colour[c];
  }
  return { data, shape: image.shape };
}
