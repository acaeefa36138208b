import type { GraphBuilder } from "../onnx/builder.ts";
import { type Dim, productDim } from "../onnx/dims.ts";
import { type OnnxAttributes, typeNumber } from "../onnx/document.ts";
import type { RuleContext } from "./rule.ts";
import { isHalf } from "./single.ts";

/** The shape of a value as a value: a constant where every side is known. */
export function shapeOf(build: GraphBuilder, name: string, known: readonly Dim[] | undefined): string {
  if (known?.every((side) => typeof side === "number")) return build.ints(known as readonly number[]);
  return build.op("Shape", [name]);
}

/** `value` in the shape of `like`. */
export function reshapeLike({ build, info }: RuleContext, value: string, like: string): string {
  return build.op("Reshape", [value, shapeOf(build, like, info(like).shape)], { allowzero: 1 });
}

/** `value` (which has one side for each of `like`, or 1) repeated to the shape of `like`. */
export function expandLike({ build, info }: RuleContext, value: string, like: string): string {
  return build.op("Expand", [value, shapeOf(build, like, info(like).shape)]);
}

/** Zeros in the shape of a value. */
export function zerosLike(context: RuleContext, like: string): string {
  return expandLike(context, context.build.scalar(0, context.dtype), like);
}

/** Sum over axes, which stay as sides of 1 unless `drops`. */
export function sumOver(context: RuleContext, value: string, axes: readonly number[], drops = false): string {
  if (axes.length === 0) return value;
  return summed(context, value, context.build.ints(axes), { keepdims: drops ? 0 : 1 });
}

/** A sum, in single precision where the node works in half. */
function summed({ build, dtype }: RuleContext, value: string, axes: string, attributes: OnnxAttributes): string {
  if (!isHalf(dtype)) return build.op("ReduceSum", [value, axes], attributes);
  const wide = build.op("Cast", [value], { to: typeNumber("float32") });
  return build.op("Cast", [build.op("ReduceSum", [wide, axes], attributes)], { to: typeNumber(dtype) });
}

/** Mean over axes, which stay as sides of 1. */
export function meanOver({ build }: RuleContext, value: string, axes: readonly number[]): string {
  return build.op("ReduceMean", [value, build.ints(axes)], { keepdims: 1 });
}

/**
 * Undoes broadcasting: sums a cotangent of shape `from` over the axes along which `input` was repeated. Axes of which only
 * a run knows whether they were are found in the run.
 */
export function unbroadcast(context: RuleContext, value: string, from: readonly Dim[], input: string): string {
  const to = context.shape(input);
  const lead = from.length - to.length;
  const axes = from.flatMap((side, i) => (i < lead || (to[i - lead] === 1 && side !== 1) ? [i] : []));
  const isOpen = to.some((side, i) => typeof side === "string" && side !== from[lead + i]);
  if (isOpen) return openSum(context, sumOver(context, value, axes), input, lead);
  const total = sumOver(context, value, axes);
  const { build } = context;
  return lead === 0 ? total : build.op("Squeeze", [total, build.ints(Array.from({ length: lead }, (_, i) => i))]);
}

function openSum(context: RuleContext, value: string, input: string, lead: number): string {
  const { build } = context;
  const shape = build.op("Shape", [input]);
  const aligned = lead === 0 ? shape : build.op("Concat", [build.ints(new Array(lead).fill(1)), shape], { axis: 0 });
  const isRepeated = build.op("And", [
    build.op("Equal", [aligned, build.ints([1])]),
    build.op("Not", [build.op("Equal", [build.op("Shape", [value]), build.ints([1])])]),
  ]);
  const axes = build.op("Reshape", [build.op("NonZero", [isRepeated]), build.ints([-1])]);
  const total = summed(context, value, axes, { keepdims: 1, noop_with_empty_axes: 1 });
  return build.op("Reshape", [total, shape], { allowzero: 1 });
}

/** How many elements lie along axes, as a number of the node's float type. */
export function countAlong(context: RuleContext, like: string, axes: readonly number[]): string {
  const { build, dtype } = context;
  const count = productDim(axes.map((axis) => context.shape(like)[axis]));
  if (typeof count === "number") return build.scalar(count, dtype);
  const sides = build.op("Gather", [build.op("Shape", [like]), build.ints(axes)], { axis: 0 });
  const product = build.op("ReduceProd", [sides], { keepdims: 0 });
  return build.op("CastLike", [product, build.scalar(0, dtype)]);
}

/** Axes counted from the front. Throws a RangeError for one that the rank does not have. */
export function positiveAxes(axes: readonly number[], rank: number): number[] {
  return axes.map((axis) => {
    const at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= Math.max(rank, 1)) throw new RangeError(`There is no axis ${axis}.`);
    return at;
  });
}

/**
 * The general adjoint of an operator that only picks elements of its first input: numbers these, lets `read` pick among the
 * numbers, and adds the cotangent at those places.
 */
export function putBack(context: RuleContext, read: (numbers: string) => string): string {
  const { build, node, info } = context;
  const [x] = node.inputs;
  const shape = shapeOf(build, x, info(x).shape);
  const size = build.op("ReduceProd", [shape], { keepdims: 0 });
  const numbers = build.op("Reshape", [build.op("Range", [build.int(0), size, build.int(1)]), shape]);
  const flat = (name: string) => build.op("Reshape", [name, build.ints([-1])]);
  const zeros = build.op("Expand", [build.scalar(0, context.dtype), build.op("Reshape", [size, build.ints([1])])]);
  const inputs = [zeros, flat(read(numbers)), flat(context.cotangents[0]!)];
  return build.op("Reshape", [build.op("ScatterElements", inputs, { axis: 0, reduction: "add" }), shape]);
}
