import { broadcastShape, computedDim, type Dim, dividedDim, timesDim, unknownDim } from "./dims.ts";
import { intAttribute, intsAttribute, typeOfNumber } from "./document.ts";
import type { InferContext, InferRule, ValueInfo } from "./valueInfo.ts";

/** The output is shaped and typed as the first input. */
const same: InferRule = ({ input }) => [{ dtype: input(0).dtype, shape: input(0).shape }];

const broadcastOf = ({ node, input }: InferContext, from = 0): readonly Dim[] | undefined => {
  const shapes = node.inputs.slice(from).map((_, i) => input(i + from).shape);
  return shapes.every((shape) => shape !== undefined) ? broadcastShape(shapes) : undefined;
};

/** A broadcast; whole numbers are computed where they are known. */
function arithmetic(op?: string, compute?: (a: number, b: number) => number): InferRule {
  return (context) => {
    const [a, b] = [context.input(0), context.input(1)];
    const info: ValueInfo = { dtype: a.dtype ?? b.dtype, shape: broadcastOf(context) };
    const elements = op && compute ? combined(a.elements, b.elements, sideRule(op, compute)) : undefined;
    return [elements ? { ...info, elements } : info];
  };
}

function sideRule(op: string, compute: (a: number, b: number) => number): (a: Dim, b: Dim) => Dim {
  if (op === "*") return timesDim;
  if (op === "/") return (a, b) => (typeof a === "number" && typeof b === "number" ? compute(a, b) : dividedDim(a, b));
  return (a, b) => computedDim(op, a, b, compute);
}

function combined(
  a: readonly Dim[] | undefined,
  b: readonly Dim[] | undefined,
  rule: (a: Dim, b: Dim) => Dim,
): readonly Dim[] | undefined {
  if (!a || !b) return undefined;
  if (a.length !== b.length && a.length !== 1 && b.length !== 1) return undefined;
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => rule(a[a.length === 1 ? 0 : i], b[b.length === 1 ? 0 : i]));
}

const compared =
  (rule?: (a: number, b: number) => boolean): InferRule =>
  (context) => {
    const [a, b] = [context.input(0).elements, context.input(1).elements];
    const info: ValueInfo = { dtype: "bool", shape: broadcastOf(context) };
    const isKnown = (list: readonly Dim[] | undefined) => list?.every((side) => typeof side === "number") ?? false;
    if (!rule || !isKnown(a) || !isKnown(b)) return [info];
    const elements = combined(a, b, (x, y) => Number(rule(x as number, y as number)));
    return [elements ? { ...info, elements } : info];
  };

const where: InferRule = (context) => {
  const [condition, a, b] = [0, 1, 2].map((i) => context.input(i));
  const info: ValueInfo = { dtype: a.dtype ?? b.dtype, shape: broadcastOf(context) };
  const { elements: chosen } = condition;
  if (!chosen?.every((side) => typeof side === "number") || !a.elements || !b.elements) return [info];
  const length = Math.max(chosen.length, a.elements.length, b.elements.length);
  const at = (list: readonly Dim[], i: number) => list[list.length === 1 ? 0 : i];
  const elements = Array.from({ length }, (_, i) => at(at(chosen, i) ? a.elements! : b.elements!, i));
  return [{ ...info, elements }];
};

const cast: InferRule = ({ node, input }) => {
  const dtype = typeOfNumber(intAttribute(node, "to", 0));
  const { shape, elements } = input(0);
  const keeps = dtype === "int64" || dtype === "int32" || dtype === "bool";
  return [{ dtype, shape, ...(elements && keeps ? { elements } : {}) }];
};

const castLike: InferRule = ({ input }) => [{ dtype: input(1).dtype, shape: input(0).shape }];

/** Sides of a reduction over axes, from an attribute or a constant input. */
const reduce: InferRule = ({ node, input, numbers }) => {
  const { dtype, shape } = input(0);
  if (!shape) return [{ dtype, shape: undefined }];
  const keeps = intAttribute(node, "keepdims", 1) === 1;
  const given = intsAttribute(node, "axes") ?? numbers(1);
  const isOpen = given === undefined && (node.inputs[1] ?? "") !== "";
  if (isOpen) return [{ dtype, shape: keeps ? shape.map(() => unknownDim()) : undefined }];
  if ((given?.length ?? 0) === 0 && intAttribute(node, "noop_with_empty_axes", 0) === 1) return [{ dtype, shape }];
  const axes = (given?.length ? given : shape.map((_, i) => i)).map((axis) => (axis < 0 ? axis + shape.length : axis));
  const kept = shape.map((side, i) => (axes.includes(i) ? 1 : side));
  return [{ dtype, shape: keeps ? kept : kept.filter((_, i) => !axes.includes(i)) }];
};

const argReduce: InferRule = ({ node, input }) => {
  const { shape } = input(0);
  const axis = intAttribute(node, "axis", 0);
  const at = axis < 0 ? axis + (shape?.length ?? 0) : axis;
  const keeps = intAttribute(node, "keepdims", 1) === 1;
  const reduced = shape?.flatMap((side, i) => (i !== at ? [side] : keeps ? [1] : []));
  return [{ dtype: "int64", shape: reduced }];
};

const rulesOf = (rule: InferRule, names: string): Record<string, InferRule> =>
  Object.fromEntries(names.split(" ").map((name) => [name, rule]));

/** Operators that work element by element, and reductions. */
export const elementwiseRules: Readonly<Record<string, InferRule>> = {
  ...rulesOf(
    same,
    "Neg Abs Sqrt Reciprocal Exp Log Sin Cos Tan Sinh Cosh Tanh Asin Acos Atan Asinh Acosh Atanh Erf Sigmoid Relu LeakyRelu " +
      "Elu Selu Celu ThresholdedRelu Softplus Softsign HardSigmoid HardSwish Gelu Mish Clip Floor Ceil Round Sign " +
      "Softmax LogSoftmax Hardmax LpNormalization LRN CumSum Trilu Identity Dropout Not BitwiseNot " +
      "LayerNormalization InstanceNormalization GroupNormalization BatchNormalization RMSNormalization " +
      "ScatterElements ScatterND Scatter IsNaN IsInf MeanVarianceNormalization Shrink ReverseSequence",
  ),
  ...rulesOf(arithmetic(), "Pow PRelu Min Max Sum Mean Mod And Or Xor"),
  ...rulesOf(
    reduce,
    "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp",
  ),
  ...rulesOf(argReduce, "ArgMax ArgMin"),
  Add: arithmetic("+", (a, b) => a + b),
  Sub: arithmetic("-", (a, b) => a - b),
  Mul: arithmetic("*", (a, b) => a * b),
  Div: arithmetic("/", (a, b) => Math.trunc(a / b)),
  Equal: compared((a, b) => a === b),
  Less: compared((a, b) => a < b),
  Greater: compared((a, b) => a > b),
  LessOrEqual: compared((a, b) => a <= b),
  GreaterOrEqual: compared((a, b) => a >= b),
  Where: where,
  Cast: cast,
  CastLike: castLike,
};
