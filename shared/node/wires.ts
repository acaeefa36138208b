import type { Curve, Denoiser } from "../denoiser.ts";
import type { Conditioning, ConditioningTraits, Model, ModelInfo } from "../model.ts";
import type { NoiseSource } from "../noise.ts";
import type { Plot } from "../plot.ts";
import type { Reward, RewardTraits } from "../reward.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";

/** Every wire type, in the order in which legends list them. */
export const wireTypes = [
  "model",
  "conditioning",
  "denoiser",
  "reward",
  "noise",
  "latent",
  "image",
  "mask",
  "tensor",
  "sigmas",
  "curve",
  "number",
  "text",
  "plot",
] as const;

export type WireType = (typeof wireTypes)[number];

/** What a node receives and returns at run time, by wire type. */
export interface WireValues {
  model: Model;
  conditioning: Conditioning;
  denoiser: Denoiser;
  reward: Reward;
  noise: NoiseSource;
  latent: Tensor;
  image: Tensor;
  mask: Tensor;
  tensor: AnyTensor;
  /** Falling noise levels; the last need not be 0. */
  sigmas: readonly number[];
  curve: Curve;
  /** One number, or [B]: one for each sample. */
  number: number | Tensor;
  text: string;
  plot: Plot;
}

/** What is known of a wire before anything runs; undefined where nothing is. */
export interface WireForecasts {
  model: ModelInfo;
  conditioning: ConditioningTraits;
  /** The model behind it: handed on from a node's first denoiser or model input unless the node says otherwise. */
  denoiser: { readonly model: ModelInfo };
  /** What it scores and how, without its values; undefined where a node does not tell. */
  reward: RewardTraits;
  /** Shape of the first draw, where the source has one of its own. */
  noise: { readonly shape?: readonly number[] };
  latent: { readonly shape: readonly number[] };
  image: { readonly shape: readonly number[] };
  mask: { readonly shape: readonly number[] };
  tensor: { readonly shape: readonly number[] };
  sigmas: readonly number[];
  curve: Curve;
  number: number;
  text: string;
  plot: undefined;
}

/** Wires that are functions have a content key but no cached value: they are built anew for each consumer. */
export const functionWires: ReadonlySet<WireType> = new Set<WireType>([
  "model",
  "denoiser",
  "noise",
  "reward",
  "curve",
]);

const alsoFits: Partial<Record<WireType, readonly WireType[]>> = {
  tensor: ["latent", "image", "mask"],
  latent: ["tensor"],
  image: ["tensor"],
  mask: ["tensor"],
  number: ["curve"],
};

/** Whether a wire of type `from` may end on a port of type `to` (a port may take several types). */
export function fits(from: WireType, to: WireType, accepts: readonly WireType[] = []): boolean {
  return from === to || accepts.includes(from) || (alsoFits[from]?.includes(to) ?? false);
}

/** "a latent", "an image", "sigmas": how a sentence names a wire type; `name` puts it between marks. */
export function withArticle(wire: WireType, name: (wire: WireType) => string = (plain) => plain): string {
  if (wire === "sigmas") return name(wire);
  return `${/^[aeiou]/.test(wire) ? "an" : "a"} ${name(wire)}`;
}
