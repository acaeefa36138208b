import type { OnnxGraph, OnnxPort } from "../onnx/document.ts";
import type { Adapter } from "./lora.ts";
import { floatInput, NetworkBuilder } from "./network.ts";
import type { WeightTable } from "./weightTable.ts";

/** How the two naming schemes of CLIP's text tower call its parts. */
interface Names {
  readonly tokens: string;
  readonly positions: string;
  readonly layer: (n: number) => string;
  readonly norms: readonly [string, string];
  readonly mlp: readonly [string, string];
  readonly out: string;
  readonly finalNorm: string;
}

const huggingFace: Names = {
  tokens: "embeddings.token_embedding.weight",
  positions: "embeddings.position_embedding.weight",
  layer: (n) => `encoder.layers.${n}`,
  norms: ["layer_norm1", "layer_norm2"],
  mlp: ["mlp.fc1", "mlp.fc2"],
  out: "self_attn.out_proj",
  finalNorm: "final_layer_norm",
};

const openClip: Names = {
  tokens: "token_embedding.weight",
  positions: "positional_embedding",
  layer: (n) => `transformer.resblocks.${n}`,
  norms: ["ln_1", "ln_2"],
  mlp: ["mlp.c_fc", "mlp.c_proj"],
  out: "attn.out_proj",
  finalNorm: "ln_final",
};

export interface ClipTextSpec {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly positions: number;
  /** L approximates gelu by x·σ(1.702x); H and G do not. */
  readonly activation: "quick" | "exact";
  readonly names: "hugging-face" | "open-clip";
  readonly hasProjection: boolean;
}

/** Reads the structure of a CLIP text tower; `heads` of another number than width / 64 is what no shape tells. */
export function clipTextSpecOf(weights: WeightTable, heads?: number): ClipTextSpec | null {
  const isOpen = weights.get(openClip.tokens) !== undefined;
  const names = isOpen ? openClip : huggingFace;
  const width = weights.get(names.tokens)?.shape[1];
  const positions = weights.get(names.positions)?.shape[0];
  if (!width || !positions) return null;
  let layers = 0;
  while (weights.get(`${names.layer(layers)}.${names.norms[0]}.weight`)) layers++;
  const projection = isOpen ? "text_projection" : "text_projection.weight";
  return {
    width,
    layers,
    heads: heads ?? width / 64,
    positions,
    activation: isOpen || width >= 1024 ? "exact" : "quick",
    names: isOpen ? "open-clip" : "hugging-face",
    hasProjection: weights.get(projection) !== undefined,
  };
}

function qkv(b: NetworkBuilder, x: string, key: string, isOpen: boolean): readonly string[] {
  if (!isOpen) return ["q", "k", "v"].map((part) => b.linear(x, `${key}.self_attn.${part}_proj`));
  const width = b.shape(`${key}.attn.in_proj_weight`)[1];
  const fused = b.product(b.op("Reshape", [x, b.ints([-1, width])]), `${key}.attn.in_proj`, "_");
  return b.parts(fused, 3, 1).map((part) => b.op("Reshape", [part, b.sides(x, [0, 1], [width])]));
}

/** −∞ above the diagonal, [positions, positions]. */
function causalMask(b: NetworkBuilder, positions: number): string {
  const rows = Array.from({ length: positions * positions }, (_, i) =>
    i % positions > Math.floor(i / positions) ? -1e30 : 0,
  );
  return b.graph.floats(rows, [positions, positions], "float32");
}

function layer(b: NetworkBuilder, x: string, key: string, names: Names, spec: ClipTextSpec, mask: string): string {
  const isOpen = spec.names === "open-clip";
  const size = spec.width / spec.heads;
  const normed = b.layerNorm(x, `${key}.${names.norms[0]}`, 1e-5);
  const [q, k, v] = qkv(b, normed, key, isOpen).map((part) => b.split(part, spec.heads, size));
  const attended = b.linear(b.merge(b.attend(q, k, v, size ** -0.5, mask), spec.width), `${key}.${names.out}`);
  const h = b.op("Add", [x, attended]);
  const inner = b.linear(b.layerNorm(h, `${key}.${names.norms[1]}`, 1e-5), `${key}.${names.mlp[0]}`);
  const active = spec.activation === "quick" ? b.quickGelu(inner) : b.gelu(inner);
  return b.op("Add", [h, b.linear(active, `${key}.${names.mlp[1]}`)]);
}

export interface ClipTextOptions {
  readonly adapters?: readonly Adapter[];
  /** Takes `vectors` [N, 77, W] in place of tokens' own embeddings where `is_known` [N, 77] is 0; they are 0 elsewhere. */
  readonly hasVectors?: boolean;
}

/**
 * The graph of a CLIP text tower: `input_ids` [N, 77] (int64) to `last_hidden_state` (final norm), `penultimate` and
 * `penultimate_normed` (input of the last layer, without and with the final norm), `pooler_output` (at the first end
 * token) and, where there is a projection, `text_embeds`.
 */
export function clipTextGraph(
  weights: WeightTable,
  spec: ClipTextSpec,
  { adapters = [], hasVectors = false }: ClipTextOptions = {},
): OnnxGraph {
  const b = new NetworkBuilder(weights, adapters);
  const names = spec.names === "open-clip" ? openClip : huggingFace;
  const known = b.gather(names.tokens, "input_ids");
  const isKnown = hasVectors ? b.op("Unsqueeze", ["is_known", b.ints([2])]) : "";
  const rows = hasVectors ? b.op("Add", [b.op("Mul", [known, isKnown]), "vectors"]) : known;
  let x = b.op("Add", [rows, b.weight(names.positions)]);
  const mask = causalMask(b, spec.positions);
  let penultimate = x;
  for (let n = 0; n < spec.layers; n++) {
    penultimate = x;
    x = layer(b, x, names.layer(n), names, spec, mask);
  }
  const last = b.layerNorm(x, names.finalNorm, 1e-5);
  // The end token has the largest id; of several, the first counts.
  const end = b.op("ArgMax", ["input_ids"], { axis: 1, keepdims: 1 });
  const places = b.op("Expand", [b.op("Unsqueeze", [end, b.ints([2])]), b.sides(last, [0], [1, spec.width])]);
  const pooled = b.op("Squeeze", [b.op("GatherElements", [last, places], { axis: 1 }), b.ints([1])]);
  const projection = spec.names === "open-clip" ? "text_projection" : "text_projection.weight";
  const isTurned = spec.names === "open-clip" ? 0 : 1;
  const embeds = spec.hasProjection
    ? { text_embeds: b.op("Gemm", [pooled, b.weight(projection)], { transB: isTurned }) }
    : {};
  const own = [
    floatInput("is_known", ["batch", spec.positions]),
    floatInput("vectors", ["batch", spec.positions, spec.width]),
  ];
  const ids: OnnxPort = { name: "input_ids", dtype: "int64", shape: ["batch", spec.positions] };
  return b.finish("text_encoder", [ids, ...(hasVectors ? own : [])], {
    last_hidden_state: last,
    penultimate,
    penultimate_normed: b.layerNorm(penultimate, names.finalNorm, 1e-5),
    pooler_output: pooled,
    ...embeds,
  });
}
