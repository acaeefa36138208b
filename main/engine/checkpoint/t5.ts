import type { OnnxGraph } from "../onnx/document.ts";
import type { Adapter } from "./lora.ts";
import { NetworkBuilder } from "./network.ts";
import type { WeightTable } from "./weightTable.ts";

const epsilon = 1e-6;
const [buckets, furthest] = [32, 128];

/** Bucket of the distance from a query to a key: half for each direction, exact up to 7, then logarithmic. */
function bucketOf(distance: number): number {
  const half = buckets / 2;
  const base = distance > 0 ? half : 0;
  const n = Math.abs(distance);
  const exact = half / 2;
  if (n < exact) return base + n;
  // A hair above, so that powers of two stay whole.
  const large = exact + Math.trunc((Math.log(n / exact) / Math.log(furthest / exact)) * (half - exact) + 1e-6);
  return base + Math.min(half - 1, large);
}

/** What each head adds to its scores by distance, [1, heads, length, length]. */
function distanceBias(b: NetworkBuilder, length: number): string {
  const places = Array.from({ length: length * length }, (_, i) => bucketOf((i % length) - Math.floor(i / length)));
  const key = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
  const square = b.op("Reshape", [b.ints(places), b.ints([length, length])]);
  const bias = b.op("Gather", [b.weight(key), square], { axis: 0 });
  return b.op("Unsqueeze", [b.op("Transpose", [bias], { perm: [2, 0, 1] }), b.ints([0])]);
}

/**
 * The graph of T5's encoder (v1.1) for prompts of `length` tokens: `input_ids` [N, length] (int64) to `last_hidden_state`.
 * Attention has no scale, and padding takes part in it.
 */
export function t5Graph(weights: WeightTable, length: number, adapters: readonly Adapter[] = []): OnnxGraph {
  const b = new NetworkBuilder(weights, adapters);
  const table = b.has("shared.weight") ? "shared.weight" : "encoder.embed_tokens.weight";
  let x = b.gather(table, "input_ids");
  const heads = b.shape("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight")[1];
  const inner = b.shape("encoder.block.0.layer.0.SelfAttention.q.weight")[0];
  const bias = distanceBias(b, length);
  for (let n = 0; b.has(`encoder.block.${n}.layer.0.layer_norm.weight`); n++) {
    const key = `encoder.block.${n}`;
    const normed = b.rmsNorm(x, `${key}.layer.0.layer_norm.weight`, epsilon);
    const [q, k, v] = ["q", "k", "v"].map((part) =>
      b.split(b.linear(normed, `${key}.layer.0.SelfAttention.${part}`), heads, inner / heads),
    );
    const attended = b.merge(b.attend(q, k, v, 1, bias), inner);
    x = b.op("Add", [x, b.linear(attended, `${key}.layer.0.SelfAttention.o`)]);
    const fed = b.rmsNorm(x, `${key}.layer.1.layer_norm.weight`, epsilon);
    const dense = `${key}.layer.1.DenseReluDense`;
    const gated = b.op("Mul", [b.gelu(b.linear(fed, `${dense}.wi_0`), "tanh"), b.linear(fed, `${dense}.wi_1`)]);
    x = b.op("Add", [x, b.linear(gated, `${dense}.wo`)]);
  }
  return b.finish("t5", [{ name: "input_ids", dtype: "int64", shape: ["batch", length] }], {
    last_hidden_state: b.rmsNorm(x, "encoder.final_layer_norm.weight", epsilon),
  });
}
