import type { Tensor } from "../../../shared/tensor/tensor.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import { clipTextGraph } from "./clipText.ts";
import { CheckpointError } from "./error.ts";
import { fluxGraph } from "./flux.ts";
import type { Adapter } from "./lora.ts";
import { networkLayers, towerLayers } from "./loraNames.ts";
import { mmditGraph } from "./mmdit.ts";
import type { BuiltNetwork, ClipPart, DenoisingPart, LoadedLora } from "./parts.ts";
import { t5Graph } from "./t5.ts";
import { unetGraph } from "./unet.ts";
import { vaeDecoderGraph, vaeEncoderGraph } from "./vae.ts";
import { placeOf, type WeightTable } from "./weightTable.ts";

interface DenoisingOptions {
  readonly isEven: boolean;
  readonly hasControl: boolean;
  readonly loras: readonly LoadedLora[];
}

/** Whether all sides of latents divide by the network's halvings, so that no map has to be cut. */
export function isEven(part: DenoisingPart, shape: readonly number[]): boolean {
  if (part.kind !== "unet") return true;
  const halvings = part.spec.down.filter(({ resampler }) => resampler !== null).length;
  return shape.slice(2).every((side) => side % 2 ** halvings === 0);
}

/** Throws a sentence for latents [N, C, h, w] that a transformer cannot cut into patches, or has no positions for. */
export function checkSides(part: DenoisingPart, [, , height, width]: readonly number[], name: string): void {
  if (part.kind === "unet") return;
  const patch = part.kind === "mmdit" ? part.spec.patch : 2;
  const most = part.kind === "mmdit" ? part.spec.positions * patch : Number.POSITIVE_INFINITY;
  const [side, unit] = [Math.max(height, width), 8 * patch];
  if (height % patch === 0 && width % patch === 0 && side <= most) return;
  const limit = side > most ? ` up to ${8 * most}` : "";
  throw new CheckpointError(
    `${name} makes pictures whose sides are multiples of ${unit} px${limit}, not ${8 * width} × ${8 * height}. Choose another size.`,
  );
}

/** A number as a graph input. */
export function scalar(value: number): Tensor {
  return { data: Float32Array.of(value), shape: [] };
}

const inputOf = (i: number) => `lora.${i}`;

/** Strengths of LoRAs by the graph inputs that take them. */
export function strengthsOf(
  loras: readonly LoadedLora[],
  strength: (lora: LoadedLora) => number,
): Record<string, Tensor> {
  return Object.fromEntries(loras.map((one, i) => [inputOf(i), scalar(strength(one))]));
}

/** Names of LoRAs in a session's name: their files, not their strengths. */
const withLoras = (name: string, loras: readonly LoadedLora[]) =>
  [name, ...loras.map(({ lora }) => lora.path)].join(" with ");

/** Files that a network over some weights reads, its LoRAs' among them. */
const filesOf = ({ path, files = [path] }: WeightTable, loras: readonly LoadedLora[]) => [
  ...new Set([...files, ...loras.map(({ lora }) => lora.path)]),
];

/** The graph of a denoising network with adapters beside its layers. */
export function denoisingGraph(
  part: DenoisingPart,
  { isEven: divides, hasControl }: Omit<DenoisingOptions, "loras">,
  adapters: readonly Adapter[],
): OnnxGraph {
  switch (part.kind) {
    case "unet":
      return unetGraph(part.weights, part.spec, { isEven: divides, hasControl, adapters });
    case "mmdit":
      return mmditGraph(part.weights, part.spec, adapters);
    case "flux":
      return fluxGraph(part.weights, part.spec, adapters);
  }
}

/** The denoising network, for latents whose sides divide by all halvings or not. */
export function denoisingNetwork(part: DenoisingPart, options: DenoisingOptions): BuiltNetwork {
  const { mergedWith = "" } = part.weights;
  const { isEven: divides, hasControl, loras } = options;
  const adapters = loras.map(({ lora }, i) => ({ lora, strength: inputOf(i), find: networkLayers(lora, part) }));
  const kind = part.kind === "unet" ? "The UNet" : "The transformer";
  const variant = `${divides ? "" : " for odd sides"}${hasControl ? " under control" : ""}`;
  const name = withLoras(kind + variant + mergedWith, loras);
  const files = filesOf(part.weights, loras);
  return { path: placeOf(part.weights), files, name, graph: () => denoisingGraph(part, options, adapters) };
}

export function vaeNetwork(weights: WeightTable, half: "decoder" | "encoder"): BuiltNetwork {
  const graph = () => (half === "decoder" ? vaeDecoderGraph(weights) : vaeEncoderGraph(weights));
  return { path: weights.path, files: [weights.path], name: `The VAE's ${half}`, graph };
}

export function clipNetwork(
  { weights, spec }: ClipPart,
  letter: "L" | "G" | "H",
  { loras, hasVectors }: { readonly loras: readonly LoadedLora[]; readonly hasVectors: boolean },
): BuiltNetwork {
  const adapters = loras.map(({ lora }, i) => ({
    lora,
    strength: inputOf(i),
    find: towerLayers(lora, letter, weights),
  }));
  const own = `The text encoder CLIP-${letter} (${spec.layers})${hasVectors ? " for embeddings" : ""}`;
  const graph = () => clipTextGraph(weights, spec, { adapters, hasVectors });
  const name = withLoras(own + (weights.mergedWith ?? ""), loras);
  return { path: placeOf(weights), files: filesOf(weights, loras), name, graph };
}

export function t5Network(weights: WeightTable, length: number, loras: readonly LoadedLora[]): BuiltNetwork {
  const adapters = loras.map(({ lora }, i) => ({ lora, strength: inputOf(i), find: towerLayers(lora, "T5", weights) }));
  const name = withLoras(`The text encoder T5 (${length})`, loras);
  return { path: weights.path, files: filesOf(weights, loras), name, graph: () => t5Graph(weights, length, adapters) };
}
