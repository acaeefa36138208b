import { intAttribute, intsAttribute, textAttribute } from "../../onnx/document.ts";
import { type GradientRule, type RuleContext, type RuleEntry, requireSmall } from "../rule.ts";
import { positiveAxes, putBack, reshapeLike, shapeOf, sumOver, unbroadcast, zerosLike } from "../shapes.ts";

const nulls = (context: RuleContext, first: string | null): (string | null)[] => [
  first,
  ...context.node.inputs.slice(1).map(() => null),
];

const reshaped: GradientRule = (context) =>
  nulls(context, reshapeLike(context, context.cotangents[0]!, context.node.inputs[0]));

const transpose: GradientRule = (context) => {
  const rank = context.shape(context.node.inputs[0]).length;
  const order = intsAttribute(context.node, "perm") ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  const back = order.map((_, axis) => order.indexOf(axis));
  return [context.build.op("Transpose", [context.cotangents[0]!], { perm: back })];
};

/** Length of a value along an axis, [1]. */
function lengthAlong({ build, info }: RuleContext, name: string, axis: number): string {
  const side = info(name).shape?.[axis];
  if (typeof side === "number") return build.ints([side]);
  return build.op("Gather", [build.op("Shape", [name]), build.ints([axis])], { axis: 0 });
}

const concat: GradientRule = (context) => {
  const { build, node } = context;
  const rank = context.shape(node.outputs[0]).length;
  const [axis] = positiveAxes([intAttribute(node, "axis", 0)], rank);
  let start = build.ints([0]);
  const wanted = node.inputs.map((_, i) => context.wants(i));
  const last = wanted.lastIndexOf(true);
  return node.inputs.map((input, i) => {
    if (i > last) return null;
    const length = lengthAlong(context, input, axis);
    const sides = node.inputs.slice(0, i + 1).map((one) => context.info(one).shape?.[axis]);
    const isKnown = sides.every((side) => typeof side === "number");
    const end = isKnown
      ? build.ints([(sides as number[]).reduce((sum, side) => sum + side, 0)])
      : build.op("Add", [start, length]);
    const part = wanted[i] ? build.op("Slice", [context.cotangents[0]!, start, end, build.ints([axis])]) : null;
    start = end;
    return part;
  });
};

const split: GradientRule = (context) => {
  const { build, node } = context;
  const rank = context.shape(node.inputs[0]).length;
  const [axis] = positiveAxes([intAttribute(node, "axis", 0)], rank);
  const parts = node.outputs.map((output, i) => context.cotangents[i] ?? zerosLike(context, output));
  return nulls(context, build.op("Concat", parts, { axis }));
};

interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** The cuts of a Slice; undefined where a run decides them. */
function cutsOf(context: RuleContext): readonly Cut[] | undefined {
  const { node } = context;
  const rank = context.shape(node.inputs[0]).length;
  const starts = intsAttribute(node, "starts") ?? context.constant(1);
  const ends = intsAttribute(node, "ends") ?? context.constant(2);
  const given = (i: number) => (node.inputs[i] ?? "") !== "";
  const axes = intsAttribute(node, "axes") ?? (given(3) ? context.constant(3) : starts?.map((_, i) => i));
  const steps = given(4) ? context.constant(4) : starts?.map(() => 1);
  if (!starts || !ends || !axes || !steps) return undefined;
  return positiveAxes(axes, rank).map((axis, i) => ({ axis, start: starts[i], end: ends[i], step: steps[i] }));
}

/** Puts the cotangent back where it was cut from: with zeros around it, or element by element. */
const slice: GradientRule = (context) => {
  const { build, node, dtype } = context;
  const [x] = node.inputs;
  const shape = context.shape(x);
  const cuts = cutsOf(context);
  const isPlain = cuts?.every(({ axis, step }) => step === 1 && typeof shape[axis] === "number");
  if (!cuts || !isPlain) return nulls(context, scattered(context));
  const [before, after] = [shape.map(() => 0), shape.map(() => 0)];
  for (const { axis, start, end } of cuts) {
    const side = shape[axis] as number;
    const clamp = (at: number) => Math.min(side, Math.max(0, at < 0 ? at + side : at));
    before[axis] = clamp(start);
    after[axis] = side - Math.max(clamp(start), clamp(end));
  }
  const pads = build.ints([...before, ...after]);
  return nulls(context, build.op("Pad", [context.cotangents[0]!, pads, build.scalar(0, dtype)], { mode: "constant" }));
};

const scattered = (context: RuleContext) =>
  putBack(context, (numbers) =>
    context.build.op("Slice", [numbers, ...context.node.inputs.slice(1)], context.node.attributes),
  );

const expand: GradientRule = (context) => {
  const from = context.shape(context.node.outputs[0]);
  return nulls(context, unbroadcast(context, context.cotangents[0]!, from, context.node.inputs[0]));
};

/** Each side d repeated r times is seen as [r, d], and the r are summed. */
const tile: GradientRule = (context) => {
  const { build, node, info } = context;
  const [x, repeats] = node.inputs;
  const rank = context.shape(x).length;
  const column = (name: string) => build.op("Unsqueeze", [name, build.ints([1])]);
  const pairs = build.op("Concat", [column(repeats), column(shapeOf(build, x, info(x).shape))], { axis: 1 });
  const split = build.op("Reshape", [context.cotangents[0]!, build.op("Reshape", [pairs, build.ints([-1])])]);
  const axes = build.ints(Array.from({ length: rank }, (_, i) => 2 * i));
  return nulls(context, build.op("ReduceSum", [split, axes], { keepdims: 0 }));
};

interface Padding {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function paddingOf(context: RuleContext): Padding {
  const { node } = context;
  const rank = context.shape(node.inputs[0]).length;
  const pads = intsAttribute(node, "pads") ?? context.constant(1);
  const axes = (node.inputs[3] ?? "") === "" ? Array.from({ length: rank }, (_, i) => i) : context.constant(3);
  if (!pads || !axes) return context.refuse("its pads are known only in a run");
  const [before, after] = [new Array<number>(rank).fill(0), new Array<number>(rank).fill(0)];
  positiveAxes(axes, rank).forEach((axis, i) => {
    before[axis] = pads[i];
    after[axis] = pads[i + axes.length];
  });
  return { before, after };
}

const pad: GradientRule = (context) => {
  const parts = padded(context);
  if (context.wants(2)) parts[2] = ofPadding(context);
  return parts;
};

/** What comes back to the value that is padded with: the sum over the padding. */
function ofPadding(context: RuleContext): string {
  const { build, node, dtype } = context;
  const [x, pads, value, ...axes] = node.inputs;
  const isPadding = build.op("Pad", [zerosLike(context, x), pads, build.scalar(1, dtype), ...axes], node.attributes);
  const all = context.shape(node.outputs[0]).map((_, axis) => axis);
  const part = build.op("Mul", [context.cotangents[0]!, isPadding]);
  return reshapeLike(context, sumOver(context, part, all), value);
}

function padded(context: RuleContext): (string | null)[] {
  const { build, node } = context;
  const mode = textAttribute(node, "mode", "constant");
  const value = context.cotangents[0]!;
  if (mode === "constant" && context.constant(1) === undefined) {
    const pads = build.op("Neg", [node.inputs[1]]);
    const zero = build.scalar(0, context.dtype);
    return nulls(context, build.op("Pad", [value, pads, zero, ...node.inputs.slice(3)], { mode }));
  }
  const { before, after } = paddingOf(context);
  const rank = before.length;
  const axes = Array.from({ length: rank }, (_, i) => i).filter((i) => before[i] !== 0 || after[i] !== 0);
  if (mode === "constant") {
    const negative = [...before, ...after].map((count) => -count);
    const zero = build.scalar(0, context.dtype);
    return nulls(context, build.op("Pad", [value, build.ints(negative), zero], { mode }));
  }
  return nulls(
    context,
    axes.reduce((part, axis) => folded(context, part, axis, before[axis], after[axis], mode), value),
  );
}

/** The adjoint of reading x at repeated places along one axis: a matrix of 0 and 1. */
function folded(
  context: RuleContext,
  value: string,
  axis: number,
  before: number,
  after: number,
  mode: string,
): string {
  const { build, dtype } = context;
  const shape = context.shape(context.node.inputs[0]);
  const side = shape[axis];
  if (typeof side !== "number") return context.refuse(`its ${mode} padding has an open side`);
  const source = (at: number) => {
    if (mode === "edge") return Math.min(side - 1, Math.max(0, at));
    if (mode === "wrap") return ((at % side) + side) % side;
    const period = 2 * (side - 1) || 1;
    const turned = ((at % period) + period) % period;
    return turned < side ? turned : period - turned;
  };
  const length = side + before + after;
  requireSmall(context, length * side, "padding");
  const matrix = new Array<number>(length * side).fill(0);
  for (let i = 0; i < length; i++) matrix[i * side + source(i - before)] = 1;
  return alongAxis(context, value, axis, shape.length, build.floats(matrix, [length, side], dtype));
}

/** value · matrix along one axis. */
export function alongAxis({ build }: RuleContext, value: string, axis: number, rank: number, matrix: string): string {
  if (axis === rank - 1) return build.op("MatMul", [value, matrix]);
  const order = Array.from({ length: rank }, (_, i) => i);
  [order[axis], order[rank - 1]] = [rank - 1, axis];
  const turned = build.op("Transpose", [value], { perm: order });
  return build.op("Transpose", [build.op("MatMul", [turned, matrix])], { perm: order });
}

const depthToSpace: GradientRule = (context) => {
  const { build, node } = context;
  const blocksize = intAttribute(node, "blocksize", 1);
  const back = build.op("SpaceToDepth", [context.cotangents[0]!], { blocksize });
  if (textAttribute(node, "mode", "DCR") === "DCR") return [back];
  // SpaceToDepth orders channels as [b, b, C]; column-row-depth order has them as [C, b, b].
  const sides = build.op("Slice", [
    shapeOf(build, node.inputs[0], context.info(node.inputs[0]).shape),
    build.ints([2]),
    build.ints([4]),
    build.ints([0]),
  ]);
  const split = build.op("Reshape", [
    back,
    build.op("Concat", [build.ints([0, blocksize * blocksize, -1]), sides], { axis: 0 }),
  ]);
  return [reshapeLike(context, build.op("Transpose", [split], { perm: [0, 2, 1, 3, 4] }), node.inputs[0])];
};

const cumSum: GradientRule = (context) => {
  const { build, node } = context;
  const flags = { exclusive: intAttribute(node, "exclusive", 0), reverse: 1 - intAttribute(node, "reverse", 0) };
  return nulls(context, build.op("CumSum", [context.cotangents[0]!, node.inputs[1]], flags));
};

const trilu: GradientRule = (context) =>
  nulls(
    context,
    context.build.op("Trilu", [context.cotangents[0]!, ...context.node.inputs.slice(1)], context.node.attributes),
  );

const stop: GradientRule = ({ node }) => node.inputs.map(() => null);
const stops: RuleEntry = { rule: stop, about: "0: shapes and places have no slope" };

/** Rules of operators that move data. */
export const movement: Readonly<Record<string, RuleEntry>> = {
  Reshape: { rule: reshaped, about: "ȳ in the shape of x" },
  Flatten: { rule: reshaped, about: "ȳ in the shape of x" },
  Squeeze: { rule: reshaped, about: "ȳ in the shape of x" },
  Unsqueeze: { rule: reshaped, about: "ȳ in the shape of x" },
  Transpose: { rule: transpose, about: "transposed back" },
  Concat: { rule: concat, about: "cut apart" },
  Split: { rule: split, takesAll: true, about: "joined, zeros for parts that nothing used" },
  Slice: { rule: slice, about: "with zeros around it, or written where it was cut from" },
  Expand: { rule: expand, about: "Σ over repeated axes" },
  Tile: { rule: tile, about: "Σ over repeats" },
  Pad: { rule: pad, about: "cut; reflected, edge and wrapped parts are added back; value: Σ ȳ over the padding" },
  DepthToSpace: { rule: depthToSpace, about: "SpaceToDepth in the same order" },
  SpaceToDepth: {
    rule: (context) => [
      context.build.op("DepthToSpace", [context.cotangents[0]!], {
        blocksize: intAttribute(context.node, "blocksize", 1),
        mode: "DCR",
      }),
    ],
    about: "DepthToSpace",
  },
  ReverseSequence: {
    rule: (context) =>
      nulls(
        context,
        context.build.op("ReverseSequence", [context.cotangents[0]!, context.node.inputs[1]], context.node.attributes),
      ),
    about: "the same turn of ȳ",
  },
  CumSum: { rule: cumSum, about: "CumSum the other way" },
  Trilu: { rule: trilu, about: "the same triangle of ȳ" },
  Shape: stops,
  Size: stops,
  ConstantOfShape: stops,
  Range: stops,
  NonZero: stops,
  EyeLike: stops,
  ArgMax: stops,
  ArgMin: stops,
  OneHot: stops,
  Hardmax: stops,
  RandomNormal: stops,
  RandomNormalLike: stops,
  RandomUniform: stops,
  RandomUniformLike: stops,
  Bernoulli: stops,
  Multinomial: stops,
};
