import type { OnnxGraph } from "../onnx/document.ts";
import type { Adapter } from "./lora.ts";
import { floatInput, NetworkBuilder } from "./network.ts";
import { embedded, fusedHeads, type Heads, jointAttention, modulated, modulation } from "./transformerParts.ts";
import type { WeightTable } from "./weightTable.ts";

export interface MmditSpec {
  readonly width: number;
  readonly channels: number;
  readonly blocks: number;
  readonly contextWidth: number;
  readonly pooledWidth: number;
  /** Side of the table of positions. */
  readonly positions: number;
  readonly patch: number;
}

/** Reads the structure of an SD3 transformer. */
export function mmditSpecOf(weights: WeightTable): MmditSpec | null {
  const projection = weights.get("x_embedder.proj.weight")?.shape;
  const positions = weights.get("pos_embed")?.shape[1];
  const context = weights.get("context_embedder.weight")?.shape[1];
  const pooled = weights.get("y_embedder.mlp.0.weight")?.shape[1];
  if (!projection || !positions || !context || !pooled) return null;
  let blocks = 0;
  while (weights.get(`joint_blocks.${blocks}.x_block.attn.qkv.weight`)) blocks++;
  return {
    width: projection[0],
    channels: projection[1],
    patch: projection[2],
    blocks,
    contextWidth: context,
    pooledWidth: pooled,
    positions: Math.round(Math.sqrt(positions)),
  };
}

/** The middle of the table of positions, as large as the latent in patches: [1, L, h]. */
function positionsFor(b: NetworkBuilder, { positions, width, patch }: MmditSpec): string {
  const square = b.stored("pos_embed", [1, positions, positions, width]);
  const sides = b.op("Div", [b.sides("hidden_states", [2, 3], []), b.ints([patch])]);
  const start = b.op("Div", [b.op("Sub", [b.ints([positions]), sides]), b.ints([2])]);
  const cut = b.op("Slice", [square, start, b.op("Add", [start, sides]), b.ints([1, 2])]);
  return b.op("Reshape", [b.toFloat(cut, "pos_embed"), b.ints([1, -1, width])]);
}

function tokensOf(b: NetworkBuilder, spec: MmditSpec): string {
  const map = b.conv("hidden_states", "x_embedder.proj", { stride: spec.patch, pads: [0, 0, 0, 0] });
  const flat = b.op("Reshape", [map, b.ints([0, spec.width, -1])]);
  return b.op("Add", [b.op("Transpose", [flat], { perm: [0, 2, 1] }), positionsFor(b, spec)]);
}

interface Stream {
  readonly x: string;
  readonly key: string;
  readonly parts: readonly string[];
}

function projections(b: NetworkBuilder, normed: string, key: string, heads: Heads) {
  const fused = b.parts(b.linear(normed, `${key}.qkv`), 3, 2);
  const norms = b.has(`${key}.ln_q.weight`) ? ([`${key}.ln_q.weight`, `${key}.ln_k.weight`] as const) : null;
  return fusedHeads(b, fused, heads, norms);
}

const gated = (b: NetworkBuilder, x: string, gate: string, change: string) =>
  b.op("Add", [x, b.op("Mul", [gate, change])]);

/** What follows attention in a stream: projection, then the feed-forward part, each gated. */
function finished(
  b: NetworkBuilder,
  { x, key, parts }: Stream,
  attended: string,
  width: number,
  second?: string,
): string {
  const [, , gate, shift, scale, feedGate] = parts;
  const own = gated(b, x, gate, b.linear(attended, `${key}.attn.proj`));
  const both = second ? gated(b, own, parts[8], second) : own;
  const normed = modulated(b, both, width, shift, scale);
  return gated(b, both, feedGate, b.linear(b.gelu(b.linear(normed, `${key}.mlp.fc1`), "tanh"), `${key}.mlp.fc2`));
}

function block(b: NetworkBuilder, n: number, context: string, x: string, c: string, spec: MmditSpec) {
  const heads = { count: spec.width / 64, size: 64 };
  const [contextKey, imageKey] = [`joint_blocks.${n}.context_block`, `joint_blocks.${n}.x_block`];
  const isLast = !b.has(`${contextKey}.attn.proj.weight`);
  const hasSecond = b.has(`${imageKey}.attn2.qkv.weight`);
  const streamOf = (value: string, key: string, count: number): Stream => ({
    x: value,
    key,
    parts: modulation(b, c, `${key}.adaLN_modulation.1`, count),
  });
  const text = streamOf(context, contextKey, isLast ? 2 : 6);
  const image = streamOf(x, imageKey, hasSecond ? 9 : 6);
  const entering = ({ x: value, key, parts }: Stream) =>
    projections(b, modulated(b, value, spec.width, parts[0], parts[1]), `${key}.attn`, heads);
  const [fromText, fromImage] = jointAttention(b, entering(text), entering(image), heads);
  let second: string | undefined;
  if (hasSecond) {
    const own = modulated(b, x, spec.width, image.parts[6], image.parts[7]);
    const [q, k, v] = projections(b, own, `${imageKey}.attn2`, heads);
    second = b.linear(b.merge(b.attend(q, k, v, heads.size ** -0.5), spec.width), `${imageKey}.attn2.proj`);
  }
  return {
    context: isLast ? null : finished(b, text, fromText, spec.width),
    x: finished(b, image, fromImage, spec.width, second),
  };
}

/** [N, L, p·p·C], channel fastest, as [N, C, H, W]. */
function unpatched(b: NetworkBuilder, tokens: string, { patch, channels }: MmditSpec): string {
  const sides = b.op("Div", [b.sides("hidden_states", [2, 3], []), b.ints([patch])]);
  const batch = b.sides("hidden_states", [0], []);
  const shape = b.op("Concat", [batch, sides, b.ints([patch, patch, channels])], { axis: 0 });
  const turned = b.op("Transpose", [b.op("Reshape", [tokens, shape])], { perm: [0, 5, 1, 3, 2, 4] });
  return b.op("Reshape", [turned, b.op("Shape", ["hidden_states"])]);
}

/**
 * The graph of SD3's and SD3.5's transformer: `hidden_states` [N, 16, h, w], `timestep` [N] or [1] (1000 t),
 * `encoder_hidden_states` [N, T, W], `pooled_projections` [N, P]; output `out_sample` (noise minus clean sample).
 */
export function mmditGraph(weights: WeightTable, spec: MmditSpec, adapters: readonly Adapter[] = []): OnnxGraph {
  const b = new NetworkBuilder(weights, adapters);
  const time = embedded(b, b.sinusoid("timestep", 256), "t_embedder.mlp.0", "t_embedder.mlp.2");
  const c = b.op("Add", [time, embedded(b, "pooled_projections", "y_embedder.mlp.0", "y_embedder.mlp.2")]);
  let context: string | null = b.linear("encoder_hidden_states", "context_embedder");
  let x = tokensOf(b, spec);
  for (let n = 0; n < spec.blocks && context; n++) ({ context, x } = block(b, n, context, x, c, spec));
  const [shift, scale] = modulation(b, c, "final_layer.adaLN_modulation.1", 2);
  const out = b.linear(modulated(b, x, spec.width, shift, scale), "final_layer.linear");
  return b.finish(
    "transformer",
    [
      floatInput("hidden_states", ["batch", spec.channels, "height", "width"]),
      floatInput("timestep", ["steps"]),
      floatInput("encoder_hidden_states", ["batch", "tokens", spec.contextWidth]),
      floatInput("pooled_projections", ["batch", spec.pooledWidth]),
    ],
    { out_sample: unpatched(b, out, spec) },
  );
}
