import { floatAttribute, intAttribute } from "../../onnx/document.ts";
import type { ExpandContext, Expander } from "./context.ts";

interface Turn {
  readonly x: string;
  /** Angles' cosines and sines, [B or 1, S, half of what is turned]. */
  readonly cos: string;
  readonly sin: string;
}

/** Turns pairs of features by angles; of x [B, S, heads, side] the first `rotary_embedding_dim` features, or all. */
function turned(context: ExpandContext, { x, cos, sin }: Turn): string {
  const { node, build, m } = context;
  const count = intAttribute(node, "rotary_embedding_dim", 0);
  const cut = (name: string, from: number, to: number, step = 1) =>
    build.op("Slice", [name, build.ints([from]), build.ints([to]), build.ints([3]), build.ints([step])]);
  const end = 2 ** 31 - 1;
  const part = count > 0 ? cut(x, 0, count) : x;
  const isWoven = intAttribute(node, "interleaved", 0) === 1;
  const [a, b] = isWoven
    ? [cut(part, 0, end, 2), cut(part, 1, end, 2)]
    : build.many("Split", [part], 2, { axis: 3, num_outputs: 2 });
  const [c, s] = [cos, sin].map((name) => build.op("Unsqueeze", [name, build.ints([2])]));
  const pair = [m.sub(m.mul(a, c), m.mul(b, s)), m.add(m.mul(a, s), m.mul(b, c))];
  const woven = () => {
    const apart = pair.map((name) => build.op("Unsqueeze", [name, build.ints([4])]));
    return build.op("Reshape", [build.op("Concat", apart, { axis: 4 }), build.op("Shape", [part])]);
  };
  const whole = isWoven ? woven() : build.op("Concat", pair, { axis: 3 });
  return count > 0 ? build.op("Concat", [whole, cut(x, count, end)], { axis: 3 }) : whole;
}

/** What `turned` makes of an input [B, heads, S, side], or [B, S, heads · side] with `heads` (0: by `side`). */
function inForm(context: ExpandContext, cos: string, sin: string, side: number): string {
  const { node, build, input, shape, refuse } = context;
  const x = input(0)!;
  if (shape(0).length === 4) {
    const perm = [0, 2, 1, 3];
    const first = build.op("Transpose", [x], { perm });
    return build.op("Transpose", [turned(context, { x: first, cos, sin })], { perm });
  }
  const heads = intAttribute(node, "num_heads", 0);
  if (heads === 0 && side === 0) return refuse("the number of its heads is not known");
  const split = build.op("Reshape", [x, build.ints(heads > 0 ? [0, 0, heads, -1] : [0, 0, -1, side])]);
  return build.op("Reshape", [turned(context, { x: split, cos, sin }), build.op("Shape", [x])]);
}

/** The standard operator of set 23: tables may be given by place or by position. */
const standard: Expander = (context) => {
  const { build, input } = context;
  const at = (i: number) => (input(3) ? build.op("Gather", [input(i)!, input(3)!], { axis: 0 }) : input(i)!);
  return [inForm(context, at(1), at(2), 0)];
};

/** The runtime's own: positions of all tokens, or of the first one. */
const contributed: Expander = (context) => {
  const { node, build, input, shape, refuse } = context;
  if (intAttribute(node, "is_packed_batching", 0) === 1) return refuse("packed batches are not supported");
  if (floatAttribute(node, "scale", 1) !== 1) return refuse("a scale is not supported");
  const length = build.op("Gather", [build.op("Shape", [input(0)!]), build.int(shape(0).length === 4 ? 2 : 1)]);
  const places = () => {
    const all = build.op("Range", [build.int(0), length, build.int(1)]);
    return build.op("Unsqueeze", [build.op("Add", [all, input(1)!]), build.ints([0])]);
  };
  const positions = shape(1).length === 1 ? places() : input(1)!;
  const half = shape(2).at(-1);
  const isWhole = intAttribute(node, "rotary_embedding_dim", 0) === 0;
  const [cos, sin] = [2, 3].map((i) => build.op("Gather", [input(i)!, positions], { axis: 0 }));
  return [inForm(context, cos, sin, isWhole && typeof half === "number" ? 2 * half : 0)];
};

/** Rotary position embeddings (arXiv:2104.09864). */
export const rotaryExpanders: Readonly<Record<string, Expander>> = {
  RotaryEmbedding: standard,
  "com.microsoft.RotaryEmbedding": contributed,
};
