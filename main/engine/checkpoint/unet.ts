import type { OnnxGraph } from "../onnx/document.ts";
import type { Adapter } from "./lora.ts";
import { floatInput, NetworkBuilder } from "./network.ts";
import { headsOf, type UnetBlock, type UnetSpec } from "./unetSpec.ts";
import type { WeightTable } from "./weightTable.ts";

/** GroupNorm's epsilon in residual blocks and in transformers, as the original programs have them. */
const [residualEpsilon, transformerEpsilon] = [1e-5, 1e-6];

/** Values that every block of a UNet reads. */
export interface UnetInputs {
  readonly x: string;
  readonly embedding: string;
  readonly context: string;
}

/** The timestep (and, where there is one, the vector y) as an embedding [N, E]. */
export function timeEmbedding(b: NetworkBuilder, spec: UnetSpec, timestep: string, y: string | null): string {
  const mlp = (x: string, first: string, second: string) => b.linear(b.silu(b.linear(x, first, 2)), second, 2);
  const time = mlp(b.sinusoid(timestep, spec.channels), "time_embed.0", "time_embed.2");
  return y ? b.op("Add", [time, mlp(y, "label_emb.0.0", "label_emb.0.2")]) : time;
}

function residual(b: NetworkBuilder, x: string, key: string, embedding: string): string {
  const h = b.conv(b.silu(b.groupNorm(x, `${key}.in_layers.0`, residualEpsilon)), `${key}.in_layers.2`);
  const shift = b.op("Unsqueeze", [b.linear(b.silu(embedding), `${key}.emb_layers.1`, 2), b.ints([2, 3])]);
  const moved = b.op("Add", [h, shift]);
  const out = b.conv(b.silu(b.groupNorm(moved, `${key}.out_layers.0`, residualEpsilon)), `${key}.out_layers.3`);
  const skip = b.has(`${key}.skip_connection.weight`) ? b.conv(x, `${key}.skip_connection`) : x;
  return b.op("Add", [skip, out]);
}

function attention(b: NetworkBuilder, x: string, source: string, key: string, spec: UnetSpec): string {
  const width = b.shape(`${key}.to_q.weight`)[0];
  const { count, size } = headsOf(spec.heads, width);
  const [q, k, v] = (["q", "k", "v"] as const).map((part) =>
    b.split(b.linear(part === "q" ? x : source, `${key}.to_${part}`), count, size),
  );
  return b.linear(b.merge(b.attend(q, k, v, size ** -0.5), width), `${key}.to_out.0`);
}

function transformerBlock(b: NetworkBuilder, x: string, context: string, key: string, spec: UnetSpec): string {
  const norm = (value: string, n: number) => b.layerNorm(value, `${key}.norm${n}`, 1e-5);
  const own = norm(x, 1);
  const first = b.op("Add", [attention(b, own, own, `${key}.attn1`, spec), x]);
  const second = b.op("Add", [attention(b, norm(first, 2), context, `${key}.attn2`, spec), first]);
  const [value, gate] = b.parts(b.linear(norm(second, 3), `${key}.ff.net.0.proj`), 2, 2);
  const fed = b.linear(b.op("Mul", [value, b.gelu(gate)]), `${key}.ff.net.2`);
  return b.op("Add", [fed, second]);
}

/** [N, C, h, w] as [N, h·w, C] and back. */
function toTokens(b: NetworkBuilder, x: string): string {
  return b.op("Transpose", [b.op("Reshape", [x, b.ints([0, 0, -1])])], { perm: [0, 2, 1] });
}
function toMap(b: NetworkBuilder, tokens: string, like: string): string {
  return b.op("Reshape", [b.op("Transpose", [tokens], { perm: [0, 2, 1] }), b.op("Shape", [like])]);
}

function transformer(
  b: NetworkBuilder,
  x: string,
  context: string,
  key: string,
  depth: number,
  spec: UnetSpec,
): string {
  const isConv = b.shape(`${key}.proj_in.weight`).length === 4;
  const normed = b.groupNorm(x, `${key}.norm`, transformerEpsilon);
  let tokens = isConv ? toTokens(b, b.conv(normed, `${key}.proj_in`)) : b.linear(toTokens(b, normed), `${key}.proj_in`);
  for (let i = 0; i < depth; i++) {
    tokens = transformerBlock(b, tokens, context, `${key}.transformer_blocks.${i}`, spec);
  }
  const out = isConv
    ? b.conv(toMap(b, tokens, x), `${key}.proj_out`)
    : toMap(b, b.linear(tokens, `${key}.proj_out`), x);
  return b.op("Add", [out, x]);
}

function blockBody(
  b: NetworkBuilder,
  x: string,
  block: UnetBlock,
  { embedding, context }: UnetInputs,
  spec: UnetSpec,
): string {
  if (!block.hasResidual) return x;
  const h = residual(b, x, `${block.key}.0`, embedding);
  return block.depth > 0 ? transformer(b, h, context, `${block.key}.1`, block.depth, spec) : h;
}

/** The way down: the map after every block, the first convolution (and `added` to it) included. */
export function wayDown(b: NetworkBuilder, inputs: UnetInputs, spec: UnetSpec, added: string | null): string[] {
  const first = b.conv(inputs.x, "input_blocks.0.0");
  const maps = [added ? b.op("Add", [first, added]) : first];
  for (const block of spec.down) {
    const before = maps[maps.length - 1];
    const h = blockBody(b, before, block, inputs, spec);
    maps.push(block.resampler === null ? h : b.conv(h, `${block.key}.0.op`, { stride: 2, pads: [1, 1, 1, 1] }));
  }
  return maps;
}

export function middle(b: NetworkBuilder, x: string, { embedding, context }: UnetInputs, spec: UnetSpec): string {
  // Distilled models lack the transformer, the second block or the whole middle.
  const has = (n: number) => b.has(`middle_block.${n}.in_layers.0.weight`);
  const first = has(0) ? residual(b, x, "middle_block.0", embedding) : x;
  const depth = spec.middleDepth;
  const attended = depth > 0 ? transformer(b, first, context, "middle_block.1", depth, spec) : first;
  return has(2) ? residual(b, attended, "middle_block.2", embedding) : attended;
}

/** Twice as large, to the size of the next skip where sides are odd. */
function grown(b: NetworkBuilder, x: string, skip: string, isEven: boolean): string {
  const scales = b.graph.floats([1, 1, 2, 2], [4], "float32");
  const mode = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
  const large = b.op("Resize", [x, "", scales], mode);
  if (isEven) return large;
  return b.op("Slice", [large, b.ints([0, 0]), b.sides(skip, [2, 3], []), b.ints([2, 3])]);
}

function wayUp(
  b: NetworkBuilder,
  start: string,
  skips: string[],
  inputs: UnetInputs,
  spec: UnetSpec,
  isEven: boolean,
): string {
  let h = start;
  for (const block of spec.up) {
    h = blockBody(b, b.op("Concat", [h, skips.pop()!], { axis: 1 }), block, inputs, spec);
    if (block.resampler !== null) {
      h = b.conv(grown(b, h, skips[skips.length - 1], isEven), `${block.key}.${block.resampler}.conv`);
    }
  }
  return h;
}

export interface UnetOptions {
  /** Latent sides divide by all halvings, so that no map must be cut. */
  readonly isEven: boolean;
  /** Takes residuals of a ControlNet: `residual.0`, … for the skips and `residual.middle`. */
  readonly hasControl: boolean;
  /** LoRAs at work; each adds a scalar input for its strength. */
  readonly adapters?: readonly Adapter[];
}

/**
 * The graph of a latent-diffusion UNet (SD 1, SD 2, SDXL and its refiner): `sample` [N, C, h, w], `timestep` [N] or [1],
 * `encoder_hidden_states` [N, T, W] and, where there is one, `y` [N, V]; of inpainting and editing models `beside`
 * [N, K, h, w], the channels after the latent's; output `out_sample`.
 */
export function unetGraph(
  weights: WeightTable,
  spec: UnetSpec,
  { isEven, hasControl, adapters = [] }: UnetOptions,
): OnnxGraph {
  const b = new NetworkBuilder(weights, adapters);
  const embedding = timeEmbedding(b, spec, "timestep", spec.vectorWidth > 0 ? "y" : null);
  const more = spec.inChannels - spec.outChannels;
  const x = more > 0 ? b.op("Concat", ["sample", "beside"], { axis: 1 }) : "sample";
  const inputs = { x, embedding, context: "encoder_hidden_states" };
  const maps = wayDown(b, inputs, spec, null);
  const skips = hasControl ? maps.map((map, i) => b.op("Add", [map, `residual.${i}`])) : maps;
  const deepest = middle(b, maps[maps.length - 1], inputs, spec);
  const start = hasControl ? b.op("Add", [deepest, "residual.middle"]) : deepest;
  const h = wayUp(b, start, [...skips], inputs, spec, isEven);
  const out = b.conv(b.silu(b.groupNorm(h, "out.0", residualEpsilon)), "out.2");
  const residuals = hasControl
    ? [
        ...maps.map((_, i) => floatInput(`residual.${i}`, ["batch", "", "", ""])),
        floatInput("residual.middle", ["batch", "", "", ""]),
      ]
    : [];
  return b.finish(
    "unet",
    [
      floatInput("sample", ["batch", spec.outChannels, "height", "width"]),
      ...(more > 0 ? [floatInput("beside", ["batch", more, "height", "width"])] : []),
      floatInput("timestep", ["steps"]),
      floatInput("encoder_hidden_states", ["batch", "tokens", spec.contextWidth]),
      ...(spec.vectorWidth > 0 ? [floatInput("y", ["batch", spec.vectorWidth])] : []),
      ...residuals,
    ],
    { out_sample: out },
  );
}
