import type { Network } from "../../shared/model.ts";
import { affineChannels } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { atSize } from "./picture.ts";

/** What an image network wants: its size in pixels (null = any) and the mean and deviation of each colour channel. */
export interface Preprocessing {
  readonly width: number | null;
  readonly height: number | null;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

interface Config {
  readonly image_mean?: readonly number[];
  readonly image_std?: readonly number[];
}

/** Reads a preprocessor_config.json; without one, the network is taken to want −1..1. The size is the graph's own. */
export function preprocessingOf(config: unknown, network: Network): Preprocessing {
  const { image_mean: mean = [0.5, 0.5, 0.5], image_std: std = [0.5, 0.5, 0.5] } = (config ?? {}) as Config;
  const [, , height, width] = Object.values(network.inputs)[0].shape;
  return { width: width ?? null, height: height ?? null, mean, std };
}

/** An image [B, 3, H, W] in 0..1 as the network wants it; means of areas where it has fewer pixels. Differentiable: nothing is clamped. */
export function forNetwork(image: Tensor, { width, height, mean, std }: Preprocessing): Tensor {
  const [, , h, w] = image.shape;
  return affineChannels(
    atSize(image, height ?? h, width ?? w),
    std.map((deviation) => 1 / deviation),
    std.map((deviation, channel) => -mean[channel] / deviation),
  );
}

/** The output of a network that has one (or the first of several). */
export function onlyOutput(outputs: Readonly<Record<string, Tensor>>): Tensor {
  return Object.values(outputs)[0];
}
