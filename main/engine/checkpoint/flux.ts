import type { OnnxGraph } from "../onnx/document.ts";
import type { Adapter } from "./lora.ts";
import { floatInput, NetworkBuilder } from "./network.ts";
import { embedded, fusedHeads, type Heads, jointAttention, modulated, modulation } from "./transformerParts.ts";
import type { WeightTable } from "./weightTable.ts";

export interface FluxSpec {
  readonly width: number;
  readonly heads: Heads;
  readonly channels: number;
  readonly contextWidth: number;
  readonly pooledWidth: number;
  readonly doubleBlocks: number;
  readonly singleBlocks: number;
  /** Widths of the rotary axes: text or frame, row, column. */
  readonly axes: readonly [number, number, number];
  /** Dev takes a guidance strength, schnell does not. */
  readonly hasGuidance: boolean;
}

/** Reads the structure of a FLUX transformer; other rotary axes than the real ones are what no shape tells. */
export function fluxSpecOf(weights: WeightTable, axes?: readonly [number, number, number]): FluxSpec | null {
  const image = weights.get("img_in.weight")?.shape;
  const context = weights.get("txt_in.weight")?.shape[1];
  const pooled = weights.get("vector_in.in_layer.weight")?.shape[1];
  const size = weights.get("double_blocks.0.img_attn.norm.key_norm.scale")?.shape[0];
  if (!image || !context || !pooled || !size) return null;
  const count = (key: (n: number) => string) => {
    let n = 0;
    while (weights.get(key(n))) n++;
    return n;
  };
  return {
    width: image[0],
    heads: { count: image[0] / size, size },
    channels: image[1] / 4,
    contextWidth: context,
    pooledWidth: pooled,
    doubleBlocks: count((n) => `double_blocks.${n}.img_attn.qkv.weight`),
    singleBlocks: count((n) => `single_blocks.${n}.linear1.weight`),
    axes: axes ?? [size / 8, (7 * size) / 16, (7 * size) / 16],
    hasGuidance: weights.get("guidance_in.in_layer.weight") !== undefined,
  };
}

/** Latents [N, C, H, W] as tokens [N, L, C·4], channel slowest. */
function packed(b: NetworkBuilder, channels: number): string {
  const sides = b.op("Div", [b.sides("hidden_states", [2, 3], []), b.ints([2])]);
  const [rows, columns] = b.parts(sides, 2, 0);
  const batch = b.sides("hidden_states", [0], []);
  const shape = b.op("Concat", [batch, b.ints([channels]), rows, b.ints([2]), columns, b.ints([2])], { axis: 0 });
  const turned = b.op("Transpose", [b.op("Reshape", ["hidden_states", shape])], { perm: [0, 2, 4, 1, 3, 5] });
  return b.op("Reshape", [turned, b.op("Concat", [batch, b.ints([-1, 4 * channels])], { axis: 0 })]);
}

function unpacked(b: NetworkBuilder, tokens: string, channels: number): string {
  const sides = b.op("Div", [b.sides("hidden_states", [2, 3], []), b.ints([2])]);
  const shape = b.op("Concat", [b.sides("hidden_states", [0], []), sides, b.ints([channels, 2, 2])], { axis: 0 });
  const turned = b.op("Transpose", [b.op("Reshape", [tokens, shape])], { perm: [0, 3, 1, 4, 2, 5] });
  return b.op("Reshape", [turned, b.op("Shape", ["hidden_states"])]);
}

/** Rotary angles [T + L, d/2]: 0 for text, row and column of each patch for the image; the first axis is 0 for both. */
function angles(b: NetworkBuilder, { axes, heads }: FluxSpec): string {
  const frequencies = (width: number) =>
    b.graph.floats(
      Array.from({ length: width / 2 }, (_, i) => 10000 ** ((-2 * i) / width)),
      [width / 2],
      "float32",
    );
  const sides = b.op("Div", [b.sides("hidden_states", [2, 3], []), b.ints([2])]);
  const [rows, columns] = b.parts(sides, 2, 0);
  const places = (count: string, axis: number) => {
    const line = b.op("Range", [b.graph.int(0), b.op("Squeeze", [count, b.ints([0])]), b.graph.int(1)]);
    const shaped = b.op("Unsqueeze", [b.op("Cast", [line], { to: 1 }), b.ints(axis === 0 ? [1, 2] : [0, 2])]);
    return b.op("Mul", [shaped, frequencies(axes[axis + 1])]);
  };
  const full = (width: number) => b.op("Concat", [rows, columns, b.ints([width / 2])], { axis: 0 });
  const parts = [
    b.op("Expand", [b.scalar(0), full(axes[0])]),
    b.op("Expand", [places(rows, 0), full(axes[1])]),
    b.op("Expand", [places(columns, 1), full(axes[2])]),
  ];
  const image = b.op("Reshape", [b.op("Concat", parts, { axis: 2 }), b.ints([-1, heads.size / 2])]);
  const tokens = b.sides("encoder_hidden_states", [1], [heads.size / 2]);
  return b.op("Concat", [b.op("Expand", [b.scalar(0), tokens]), image], { axis: 0 });
}

/** Turns pairs of neighbouring elements of [N, heads, L, d] by their angles. */
function rotation(b: NetworkBuilder, spec: FluxSpec): (x: string) => string {
  const wide = b.op("Unsqueeze", [angles(b, spec), b.ints([0, 1, 4])]);
  const [cos, sin] = [b.op("Cos", [wide]), b.op("Sin", [wide])];
  return (x) => {
    const pairs = b.op("Reshape", [x, b.ints([0, 0, 0, spec.heads.size / 2, 2])]);
    const [first, second] = b.parts(pairs, 2, 4);
    const mixed = (p: string, q: string, op: string) => b.op(op, [b.op("Mul", [first, p]), b.op("Mul", [second, q])]);
    const turned = b.op("Concat", [mixed(cos, sin, "Sub"), mixed(sin, cos, "Add")], { axis: 4 });
    return b.op("Reshape", [turned, b.ints([0, 0, 0, spec.heads.size])]);
  };
}

const gated = (b: NetworkBuilder, x: string, gate: string, change: string) =>
  b.op("Add", [x, b.op("Mul", [gate, change])]);

function doubleBlock(
  b: NetworkBuilder,
  n: number,
  image: string,
  text: string,
  vec: string,
  spec: FluxSpec,
  turn: (x: string) => string,
) {
  const key = `double_blocks.${n}`;
  const streams = [
    { x: text, name: "txt" },
    { x: image, name: "img" },
  ].map(({ x, name }) => ({ x, name, parts: modulation(b, vec, `${key}.${name}_mod.lin`, 6) }));
  const [fromText, fromImage] = streams.map(({ x, name, parts }) => {
    const normed = modulated(b, x, spec.width, parts[0], parts[1]);
    const norm = `${key}.${name}_attn.norm`;
    const fused = b.parts(b.linear(normed, `${key}.${name}_attn.qkv`), 3, 2);
    return fusedHeads(b, fused, spec.heads, [`${norm}.query_norm.scale`, `${norm}.key_norm.scale`]);
  });
  const attended = jointAttention(b, fromText, fromImage, spec.heads, turn);
  const [newText, newImage] = streams.map(({ x, name, parts }, i) => {
    const own = gated(b, x, parts[2], b.linear(attended[i], `${key}.${name}_attn.proj`));
    const normed = modulated(b, own, spec.width, parts[3], parts[4]);
    const fed = b.linear(b.gelu(b.linear(normed, `${key}.${name}_mlp.0`), "tanh"), `${key}.${name}_mlp.2`);
    return gated(b, own, parts[5], fed);
  });
  return { text: newText, image: newImage };
}

function singleBlock(
  b: NetworkBuilder,
  n: number,
  x: string,
  vec: string,
  spec: FluxSpec,
  turn: (x: string) => string,
): string {
  const key = `single_blocks.${n}`;
  const { width, heads } = spec;
  const [shift, scale, gate] = modulation(b, vec, `${key}.modulation.lin`, 3);
  const wide = b.linear(modulated(b, x, width, shift, scale), `${key}.linear1`);
  const feed = b.shape(`${key}.linear1.weight`)[0] - 3 * width;
  const [q, k, v, inner] = b.graph.many("Split", [wide, b.ints([width, width, width, feed])], 4, { axis: 2 });
  const norms = [`${key}.norm.query_norm.scale`, `${key}.norm.key_norm.scale`] as const;
  const [query, keys, values] = fusedHeads(b, [q, k, v], heads, norms);
  const attended = b.merge(b.attend(turn(query), turn(keys), values, heads.size ** -0.5), width);
  const joined = b.op("Concat", [attended, b.gelu(inner, "tanh")], { axis: 2 });
  return gated(b, x, gate, b.linear(joined, `${key}.linear2`));
}

/**
 * The graph of FLUX.1's transformer: `hidden_states` [N, 16, h, w], `timestep` [N] or [1] (1000 t),
 * `encoder_hidden_states` [N, T, W], `pooled_projections` [N, P] and, for dev, `guidance` [N]; output `out_sample` (noise
 * minus clean sample).
 */
export function fluxGraph(weights: WeightTable, spec: FluxSpec, adapters: readonly Adapter[] = []): OnnxGraph {
  const b = new NetworkBuilder(weights, adapters);
  const { width, channels } = spec;
  const inside = (x: string, key: string) => embedded(b, x, `${key}.in_layer`, `${key}.out_layer`);
  let vec = b.op("Add", [inside(b.sinusoid("timestep", 256), "time_in"), inside("pooled_projections", "vector_in")]);
  if (spec.hasGuidance) {
    const strength = b.op("Mul", ["guidance", b.scalar(1000)]);
    vec = b.op("Add", [vec, inside(b.sinusoid(strength, 256), "guidance_in")]);
  }
  let image = b.linear(packed(b, channels), "img_in");
  let text = b.linear("encoder_hidden_states", "txt_in");
  const turn = rotation(b, spec);
  for (let n = 0; n < spec.doubleBlocks; n++) ({ text, image } = doubleBlock(b, n, image, text, vec, spec, turn));
  let x = b.op("Concat", [text, image], { axis: 1 });
  for (let n = 0; n < spec.singleBlocks; n++) x = singleBlock(b, n, x, vec, spec, turn);
  const start = b.sides("encoder_hidden_states", [1], []);
  image = b.op("Slice", [x, start, b.ints([2 ** 31 - 1]), b.ints([1])]);
  const [shift, scale] = modulation(b, vec, "final_layer.adaLN_modulation.1", 2);
  const out = b.linear(modulated(b, image, width, shift, scale), "final_layer.linear");
  return b.finish(
    "transformer",
    [
      floatInput("hidden_states", ["batch", channels, "height", "width"]),
      floatInput("timestep", ["steps"]),
      floatInput("encoder_hidden_states", ["batch", "tokens", spec.contextWidth]),
      floatInput("pooled_projections", ["batch", spec.pooledWidth]),
      ...(spec.hasGuidance ? [floatInput("guidance", ["batch"])] : []),
    ],
    { out_sample: unpacked(b, out, channels) },
  );
}
