import { weightBytes } from "../runtime/footprint.ts";
import { type ForecastGraph, footprintsOf } from "../runtime/footprints.ts";
import { controlnetGraph } from "./controlnet.ts";
import { clipNetwork, denoisingNetwork, t5Network, vaeNetwork } from "./networks.ts";
import type { ModelParts } from "./parts.ts";
import type { Part } from "./recogniseTypes.ts";

type FootprintOf = ReturnType<typeof footprintsOf>;

/** What the networks of a checkpoint take, LoRAs and sums of merged weights included; for forecasts. */
export function checkpointFootprints(parts: ModelParts): FootprintOf {
  return footprintsOf((part) => graphOf(parts, part));
}

/** What a control network takes: its part is “controlnet”. */
export function controlFootprints({ weights, spec }: Part & { readonly kind: "controlnet" }): FootprintOf {
  return footprintsOf((part) => (part === "controlnet" ? { graph: controlnetGraph(weights, spec) } : null));
}

function graphOf(parts: ModelParts, part: string): ForecastGraph | null {
  const { denoiser, vae, info, loras } = parts;
  if (part === info.network)
    return { graph: denoisingNetwork(denoiser, { isEven: true, hasControl: false, loras }).graph() };
  if (part === "vae_decoder" && vae) return { graph: vaeNetwork(vae.weights, "decoder").graph() };
  if (part === "vae_encoder" && vae) return { graph: vaeNetwork(vae.weights, "encoder").graph() };
  return part === "text_encoder" ? textGraphs(parts) : null;
}

/** The last of the text encoders, with the weights of all. */
function textGraphs({ clipL, clipG, clipH, t5, loras }: ModelParts): ForecastGraph | null {
  const clips = (
    [
      ["L", clipL],
      ["G", clipG],
      ["H", clipH],
    ] as const
  ).flatMap(([letter, part]) => (part ? [clipNetwork(part, letter, { loras, hasVectors: false }).graph()] : []));
  const graphs = t5 ? [...clips, t5Network(t5.weights, usualLength, loras).graph()] : clips;
  if (graphs.length === 0) return null;
  return { graph: graphs[graphs.length - 1], weights: graphs.reduce((sum, graph) => sum + weightBytes(graph), 0) };
}

/** Tokens of a T5 prompt. */
const usualLength = 256;
