import { clipTextGraph } from "./clipText.ts";
import { fluxGraph } from "./flux.ts";
import { mmditGraph } from "./mmdit.ts";
import type { WeightTable } from "./network.ts";
import type { BuiltNetwork, ClipPart, DenoisingPart } from "./parts.ts";
import { t5Graph } from "./t5.ts";
import { unetGraph } from "./unet.ts";
import { vaeDecoderGraph, vaeEncoderGraph } from "./vae.ts";

/** The denoising network, for latents whose sides divide by all halvings or not. */
export function denoisingNetwork(part: DenoisingPart, { isEven }: { readonly isEven: boolean }): BuiltNetwork {
  const { path } = part.weights;
  switch (part.kind) {
    case "unet": {
      const options = { isEven, hasControl: false };
      return {
        path,
        name: isEven ? "The UNet" : "The UNet for odd sides",
        graph: () => unetGraph(part.weights, part.spec, options),
      };
    }
    case "mmdit":
      return { path, name: "The transformer", graph: () => mmditGraph(part.weights, part.spec) };
    case "flux":
      return { path, name: "The transformer", graph: () => fluxGraph(part.weights, part.spec) };
  }
}

export function vaeNetwork(weights: WeightTable, half: "decoder" | "encoder"): BuiltNetwork {
  const graph = () => (half === "decoder" ? vaeDecoderGraph(weights) : vaeEncoderGraph(weights));
  return { path: weights.path, name: `The VAE's ${half}`, graph };
}

export function clipNetwork({ weights, spec }: ClipPart, letter: string): BuiltNetwork {
  return { path: weights.path, name: `The text encoder CLIP-${letter}`, graph: () => clipTextGraph(weights, spec) };
}

export function t5Network(weights: WeightTable, length: number): BuiltNetwork {
  return { path: weights.path, name: `The text encoder T5 (${length})`, graph: () => t5Graph(weights, length) };
}
