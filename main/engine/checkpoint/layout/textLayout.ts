import type { ClipTextSpec } from "../clipText.ts";
import type { WeightTable } from "../weightTable.ts";
import { countOf, type Layout, LayoutWriter } from "./layout.ts";

/** Everything that the shapes of a CLIP text tower follow from. */
export interface ClipSizes extends Pick<ClipTextSpec, "width" | "layers" | "positions" | "names"> {
  readonly vocabulary: number;
  readonly inner: number;
  /** Width of the projected embedding; 0 = none. */
  readonly projected: number;
}

/** Reads the sizes from a CLIP text tower's weights, given its structure. */
export function clipSizesOf(weights: WeightTable, { width, layers, positions, names }: ClipTextSpec): ClipSizes {
  const isOpen = names === "open-clip";
  const side = (key: string, axis: number) => weights.get(key)?.shape[axis] ?? 0;
  return {
    ...{ width, layers, positions, names },
    vocabulary: side(isOpen ? "token_embedding.weight" : "embeddings.token_embedding.weight", 0),
    inner: side(isOpen ? "transformer.resblocks.0.mlp.c_fc.weight" : "encoder.layers.0.mlp.fc1.weight", 0),
    projected: isOpen ? side("text_projection", 1) : side("text_projection.weight", 0),
  };
}

/** The weights of a CLIP text tower. */
export function clipLayout(sizes: ClipSizes): Layout {
  return sizes.names === "open-clip" ? openClip(sizes) : huggingFace(sizes);
}

function huggingFace({ width, layers, positions, vocabulary, inner, projected }: ClipSizes): Layout {
  const w = new LayoutWriter();
  w.add("embeddings.token_embedding.weight", vocabulary, width);
  w.add("embeddings.position_embedding.weight", positions, width);
  for (let n = 0; n < layers; n++) {
    const key = `encoder.layers.${n}`;
    w.norm(`${key}.layer_norm1`, width);
    for (const part of ["q", "k", "v", "out"]) w.linear(`${key}.self_attn.${part}_proj`, width, width);
    w.norm(`${key}.layer_norm2`, width);
    w.linear(`${key}.mlp.fc1`, width, inner);
    w.linear(`${key}.mlp.fc2`, inner, width);
  }
  w.norm("final_layer_norm", width);
  if (projected > 0) w.linear("text_projection", width, projected, false);
  return w.weights;
}

function openClip({ width, layers, positions, vocabulary, inner, projected }: ClipSizes): Layout {
  const w = new LayoutWriter();
  w.add("token_embedding.weight", vocabulary, width);
  w.add("positional_embedding", positions, width);
  for (let n = 0; n < layers; n++) {
    const key = `transformer.resblocks.${n}`;
    w.norm(`${key}.ln_1`, width);
    w.add(`${key}.attn.in_proj_weight`, 3 * width, width);
    w.add(`${key}.attn.in_proj_bias`, 3 * width);
    w.linear(`${key}.attn.out_proj`, width, width);
    w.norm(`${key}.ln_2`, width);
    w.linear(`${key}.mlp.c_fc`, width, inner);
    w.linear(`${key}.mlp.c_proj`, inner, width);
  }
  w.norm("ln_final", width);
  if (projected > 0) w.add("text_projection", width, projected);
  return w.weights;
}

/** Everything that the shapes of a T5 encoder follow from. */
export interface T5Spec {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Width of all heads together. */
  readonly attention: number;
  readonly inner: number;
  readonly vocabulary: number;
  /** Distances are told apart in this many classes. */
  readonly buckets: number;
  /** Key of the embedding: files have it under one of two names, or both. */
  readonly table: "shared.weight" | "encoder.embed_tokens.weight";
}

const bias = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";

/** Reads the structure of a T5 encoder (v1.1) from its weights. */
export function t5SpecOf(weights: WeightTable): T5Spec | null {
  const table = weights.get("shared.weight") ? "shared.weight" : "encoder.embed_tokens.weight";
  const embedding = weights.get(table)?.shape;
  const distances = weights.get(bias)?.shape;
  if (!embedding || !distances) return null;
  return {
    table,
    vocabulary: embedding[0],
    width: embedding[1],
    layers: countOf(weights, (n) => `encoder.block.${n}.layer.0.layer_norm.weight`),
    heads: distances[1],
    buckets: distances[0],
    attention: weights.get("encoder.block.0.layer.0.SelfAttention.q.weight")?.shape[0] ?? 0,
    inner: weights.get("encoder.block.0.layer.1.DenseReluDense.wi_0.weight")?.shape[0] ?? 0,
  };
}

/** The weights of a T5 encoder. */
export function t5Layout({ width, layers, heads, attention, inner, vocabulary, buckets, table }: T5Spec): Layout {
  const w = new LayoutWriter();
  w.add(table, vocabulary, width);
  w.add(bias, buckets, heads);
  for (let n = 0; n < layers; n++) {
    const [first, second] = [`encoder.block.${n}.layer.0`, `encoder.block.${n}.layer.1`];
    w.add(`${first}.layer_norm.weight`, width);
    for (const part of ["q", "k", "v"]) w.linear(`${first}.SelfAttention.${part}`, width, attention, false);
    w.linear(`${first}.SelfAttention.o`, attention, width, false);
    w.add(`${second}.layer_norm.weight`, width);
    for (const part of ["wi_0", "wi_1"]) w.linear(`${second}.DenseReluDense.${part}`, width, inner, false);
    w.linear(`${second}.DenseReluDense.wo`, inner, width, false);
  }
  w.add("encoder.final_layer_norm.weight", width);
  return w.weights;
}
