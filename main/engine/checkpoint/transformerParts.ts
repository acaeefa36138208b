import type { NetworkBuilder } from "./network.ts";

const epsilon = 1e-6;

/** norm(x) · (1 + scale) + shift; shift and scale are [N, 1, h]. */
export function modulated(b: NetworkBuilder, x: string, width: number, shift: string, scale: string): string {
  const normed = b.layerNorm(x, null, epsilon, width);
  return b.op("Add", [b.op("Mul", [normed, b.op("Add", [scale, b.scalar(1)])]), shift]);
}

/** Parts of linear(SiLU(c)), each [N, 1, h]. */
export function modulation(b: NetworkBuilder, c: string, key: string, count: number): readonly string[] {
  const wide = b.op("Unsqueeze", [b.linear(b.silu(c), key, 2), b.ints([1])]);
  return b.parts(wide, count, 2);
}

/** An embedding of a vector: linear, SiLU, linear. */
export function embedded(b: NetworkBuilder, x: string, first: string, second: string): string {
  return b.linear(b.silu(b.linear(x, first, 2)), second, 2);
}

export interface Heads {
  readonly count: number;
  readonly size: number;
}

/** Queries, keys and values of a fused projection, [N, heads, L, d]; `norms` are the weights of their RMS norms. */
export function fusedHeads(
  b: NetworkBuilder,
  fused: readonly string[],
  heads: Heads,
  norms: readonly [query: string, key: string] | null,
): readonly [string, string, string] {
  const [q, k, v] = fused.map((part) => b.split(part, heads.count, heads.size));
  if (!norms) return [q, k, v];
  return [b.rmsNorm(q, norms[0], epsilon), b.rmsNorm(k, norms[1], epsilon), v];
}

/** One attention over two streams, the first before the second on the sequence; the result split again. */
export function jointAttention(
  b: NetworkBuilder,
  first: readonly string[],
  second: readonly string[],
  heads: Heads,
  turn: (x: string) => string = (x) => x,
): readonly [string, string] {
  const join = (i: number) => b.op("Concat", [first[i], second[i]], { axis: 2 });
  const attended = b.attend(turn(join(0)), turn(join(1)), join(2), heads.size ** -0.5);
  const merged = b.merge(attended, heads.count * heads.size);
  const length = b.op("Gather", [b.op("Shape", [first[0]]), b.ints([2])], { axis: 0 });
  const end = b.ints([2 ** 31 - 1]);
  const axis = b.ints([1]);
  return [b.op("Slice", [merged, b.ints([0]), length, axis]), b.op("Slice", [merged, length, end, axis])];
}
