import { weightBytes } from "../runtime/footprint.ts";
import { type ForecastGraph, footprintsOf } from "../runtime/footprints.ts";
import { clipTextGraph } from "./clipText.ts";
import { denoisingGraph } from "./networks.ts";
import type { DenoisingPart, ModelParts } from "./parts.ts";
import { t5Graph } from "./t5.ts";
import { vaeDecoderGraph, vaeEncoderGraph } from "./vae.ts";

type FootprintOf = ReturnType<typeof footprintsOf>;

/** By the network that was recognised, which is read once for each file: checks ask after every change. */
const known = new WeakMap<DenoisingPart, FootprintOf>();

/** What the networks of a checkpoint take, for forecasts. */
export function checkpointFootprints(parts: ModelParts): FootprintOf {
  const found = known.get(parts.denoiser) ?? footprintsOf((part) => graphOf(parts, part));
  known.set(parts.denoiser, found);
  return found;
}

function graphOf(parts: ModelParts, part: string): ForecastGraph | null {
  const { denoiser, vae, info } = parts;
  if (part === info.network) return { graph: denoisingGraph(denoiser, { isEven: true, hasControl: false }, []) };
  if (part === "vae_decoder" && vae) return { graph: vaeDecoderGraph(vae.weights) };
  if (part === "vae_encoder" && vae) return { graph: vaeEncoderGraph(vae.weights) };
  return part === "text_encoder" ? textGraphs(parts) : null;
}

/** The last of the text encoders, with the weights of all. */
function textGraphs({ clipL, clipG, clipH, t5 }: ModelParts): ForecastGraph | null {
  const clips = [clipL, clipG, clipH].flatMap((part) => (part ? [clipTextGraph(part.weights, part.spec)] : []));
  const graphs = t5 ? [...clips, t5Graph(t5.weights, 77)] : clips;
  if (graphs.length === 0) return null;
  return { graph: graphs[graphs.length - 1], weights: graphs.reduce((sum, graph) => sum + weightBytes(graph), 0) };
}
