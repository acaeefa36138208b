import { floatAttribute, intAttribute, intsAttribute, isFloatType, typeNumber } from "../../onnx/document.ts";
import type { ExpandContext, Expander } from "./context.ts";

/** What masked places get: far below any score, yet within half precision. */
const [farBelow, farBelowHalf] = [-1e9, -6e4];

interface Parts {
  /** [B, heads, length, side of a head]. */
  readonly q: string;
  readonly k: string;
  readonly v: string;
  /** Added to the scores, [B or 1, heads or 1, S or 1, T]. */
  readonly masks: readonly string[];
  readonly isCausal: boolean;
  readonly softcap?: number;
}

/** softmax(q kᵀ · scale + masks) v */
function attended(context: ExpandContext, { q, k, v, masks, isCausal, softcap = 0 }: Parts): string {
  const { build, m, node } = context;
  const turned = build.op("Transpose", [k], { perm: [0, 1, 3, 2] });
  const given = floatAttribute(node, "scale", 0);
  const scores = m.mul(build.op("MatMul", [q, turned]), given === 0 ? inverseRoot(context, q) : given);
  const bounded = softcap > 0 ? m.mul(m.unary("Tanh", m.div(scores, softcap)), softcap) : scores;
  const all = isCausal ? [...masks, causalMask(context, scores)] : masks;
  const masked = all.reduce((sum, mask) => m.add(sum, mask), bounded);
  return build.op("MatMul", [build.op("Softmax", [masked], { axis: -1 }), v]);
}

const below = ({ dtype }: ExpandContext) => (dtype === "float16" ? farBelowHalf : farBelow);

/** 1 / √(side of a head) */
function inverseRoot({ build, m }: ExpandContext, q: string): string {
  const side = build.op("Gather", [build.op("Shape", [q]), build.int(3)], { axis: 0 });
  return m.div(1, m.unary("Sqrt", build.op("CastLike", [side, m.number(0)])));
}

/** 0 for places up to the query's own, [S, T]. */
function causalMask(context: ExpandContext, scores: string): string {
  const { build, m } = context;
  const sides = build.op("Slice", [build.op("Shape", [scores]), build.ints([2]), build.ints([4])]);
  const ones = build.op("Expand", [m.number(1), sides]);
  const past = m.sub(1, build.op("Trilu", [ones], { upper: 0 }));
  return m.mul(past, below(context));
}

/** [B, S, heads · side] as [B, heads, S, side]. */
function inHeads({ build }: ExpandContext, x: string, heads: number): string {
  const split = build.op("Reshape", [x, build.ints([0, 0, heads, -1])]);
  return build.op("Transpose", [split], { perm: [0, 2, 1, 3] });
}

/** [B, heads, S, side] as [B, S, heads · side]. */
function joined({ build }: ExpandContext, x: string): string {
  return build.op("Reshape", [build.op("Transpose", [x], { perm: [0, 2, 1, 3] }), build.ints([0, 0, -1])]);
}

/** A mask of whole numbers (1: look), or of lengths, as numbers to add; `like` is a value [B, heads, T, …] of the keys. */
function paddingMask(context: ExpandContext, i: number, keys: string): string[] {
  const { build, m, input, shape, dtype, node, refuse } = context;
  const mask = input(i);
  if (!mask) return [];
  const rank = shape(i).length;
  const off = floatAttribute(node, "mask_filter_value", -10_000);
  const hidden = (seen: string) => m.mul(m.sub(1, build.op("Cast", [seen], { to: typeNumber(dtype) })), off);
  if (rank === 2) return [build.op("Unsqueeze", [hidden(mask), build.ints([1, 2])])];
  if (rank === 3) return [build.op("Unsqueeze", [hidden(mask), build.ints([1])])];
  if (rank !== 1) return refuse("the form of its mask is not supported");
  const length = build.op("Gather", [build.op("Shape", [keys]), build.int(2)], { axis: 0 });
  const places = build.op("Range", [build.int(0), length, build.int(1)]);
  const wide = build.op("Unsqueeze", [build.op("Cast", [mask], { to: typeNumber("int64") }), build.ints([1])]);
  return [build.op("Unsqueeze", [hidden(build.op("Less", [places, wide])), build.ints([1, 2])])];
}

const refusePast = ({ input, refuse }: ExpandContext, ...inputs: readonly number[]) => {
  if (inputs.some((i) => input(i))) refuse("a past of keys and values is not supported");
};

/** Queries, keys and values by one product of the input. */
const fusedAttention: Expander = (context) => {
  const { node, build, m, input } = context;
  refusePast(context, 4, 6);
  const heads = intAttribute(node, "num_heads", 1);
  if (intAttribute(node, "do_rotary", 0)) context.refuse("rotary embeddings are not supported");
  const product = build.op("MatMul", [input(0)!, input(1)!]);
  const all = input(2) ? m.add(product, input(2)!) : product;
  const [q, k, v] = thirds(context, all, intsAttribute(node, "qkv_hidden_sizes")).map((x) =>
    inHeads(context, x, heads),
  );
  const masks = [...paddingMask(context, 3, k), ...(input(5) ? [input(5)!] : [])];
  const isCausal = intAttribute(node, "unidirectional", 0) === 1;
  return [joined(context, attended(context, { q, k, v, masks, isCausal }))];
};

/** Three parts of the last axis. */
function thirds({ build }: ExpandContext, x: string, sizes: readonly number[] | undefined): readonly string[] {
  if (sizes?.length === 3) return build.many("Split", [x, build.ints(sizes)], 3, { axis: -1 });
  return build.many("Split", [x], 3, { axis: -1, num_outputs: 3 });
}

const multiHead: Expander = (context) => {
  const { node, input } = context;
  refusePast(context, 6, 7);
  const heads = intAttribute(node, "num_heads", 1);
  const [q, k, v] = headsOf(context, heads);
  const masks = [...paddingMask(context, 4, k), ...(input(5) ? [input(5)!] : [])];
  const isCausal = intAttribute(node, "unidirectional", 0) === 1;
  return [joined(context, attended(context, { q, k, v, masks, isCausal }))];
};

/** Queries, keys and values of a MultiHeadAttention, which may come packed as [B, S, heads, 3 or 2, side]. */
function headsOf(context: ExpandContext, heads: number): readonly string[] {
  const { build, m, input, shape } = context;
  const unpacked = (i: number, count: number) =>
    build.many("Split", [input(i)!], count, { axis: 3, num_outputs: count }).map((part) => {
      const flat = build.op("Squeeze", [part, build.ints([3])]);
      return build.op("Transpose", [flat], { perm: [0, 2, 1, 3] });
    });
  const sides = [0, 1, 2].map((i) => (input(i) ? shape(i).at(-1)! : 0));
  const areKnown = sides.every((side) => typeof side === "number" && side > 0);
  const biases = input(3) ? thirds(context, input(3)!, areKnown ? (sides as number[]) : undefined) : [];
  const plain = (i: number) => {
    if (shape(i).length === 4) return input(i)!;
    return inHeads(context, biases.length > 0 ? m.add(input(i)!, biases[i]) : input(i)!, heads);
  };
  if (shape(0).length === 5) {
    if (biases.length > 0) context.refuse("a bias of packed values is not supported");
    return unpacked(0, 3);
  }
  if (shape(1).length === 5) return [plain(0), ...unpacked(1, 2)];
  return [plain(0), plain(1), plain(2)];
}

/** The standard operator of set 23: 3-D with heads joined, or 4-D. */
const standardAttention: Expander = (context) => {
  const { node, input, shape } = context;
  refusePast(context, 4, 5);
  const isFlat = shape(0).length === 3;
  const queryHeads = intAttribute(node, "q_num_heads", 0);
  const keyHeads = intAttribute(node, "kv_num_heads", queryHeads);
  const q = isFlat ? inHeads(context, input(0)!, queryHeads) : input(0)!;
  const [k, v] = [1, 2].map((i) => {
    const own = isFlat ? inHeads(context, input(i)!, keyHeads) : input(i)!;
    const [from, to] = isFlat ? [keyHeads, queryHeads] : [shape(i)[1], shape(0)[1]];
    return repeatedHeads(context, own, from, to);
  });
  const parts = {
    q,
    k,
    v,
    masks: input(3) ? [addedMask(context, input(3)!)] : [],
    isCausal: intAttribute(node, "is_causal", 0) === 1,
    softcap: floatAttribute(node, "softcap", 0),
  };
  const result = attended(context, parts);
  // Without a past, what a next call would take for its past are the keys and values themselves.
  const [ownKeys, ownValues] = [1, 2].map((i) => (isFlat ? inHeads(context, input(i)!, keyHeads) : input(i)!));
  return [isFlat ? joined(context, result) : result, ownKeys, ownValues];
};

/** Every head of keys serves several of queries. */
function repeatedHeads(context: ExpandContext, x: string, from: unknown, to: unknown): string {
  if (from === to) return x;
  const { build, refuse } = context;
  if (typeof from !== "number" || typeof to !== "number") return refuse("the number of its heads is open");
  const apart = build.op("Unsqueeze", [x, build.ints([2])]);
  const repeated = build.op("Tile", [apart, build.ints([1, 1, to / from, 1, 1])]);
  const shape = build.op("Shape", [x]);
  const rest = build.op("Slice", [shape, build.ints([2]), build.ints([4])]);
  return build.op("Reshape", [repeated, build.op("Concat", [build.ints([0, to]), rest], { axis: 0 })]);
}

function addedMask(context: ExpandContext, mask: string): string {
  if (isFloatType(context.dtypeOf(3))) return mask;
  return context.m.select(mask, 0, below(context));
}

/** Attention in its fused forms. */
export const attentionExpanders: Readonly<Record<string, Expander>> = {
  "com.microsoft.Attention": fusedAttention,
  "com.microsoft.MultiHeadAttention": multiHead,
  Attention: standardAttention,
};
