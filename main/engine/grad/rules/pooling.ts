import type { Dim } from "../../onnx/dims.ts";
import { intAttribute, intsAttribute } from "../../onnx/document.ts";
import { type Window, windowOf } from "../../onnx/inferConvolution.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry, requireSmall } from "../rule.ts";
import { shapeOf, zerosLike } from "../shapes.ts";
import { transposed } from "./convolution.ts";

type PoolWindow = Window & { readonly sides: readonly Dim[] };

function poolWindow(context: RuleContext): PoolWindow {
  const { node } = context;
  const sides = context.shape(node.inputs[0]).slice(2);
  const window = windowOf(node, intsAttribute(node, "kernel_shape") ?? [], sides);
  if (!window) return context.refuse("its automatic padding depends on a size that only a run knows");
  return { ...window, sides };
}

/**
 * Every window gives its share back to all that it averaged. Where padding is not counted, or windows hang over the end,
 * what a place gets is found by averaging ones and counting them.
 */
const averagePool: GradientRule = (context) => {
  const { build, node, dtype } = context;
  const [x] = node.inputs;
  const window = poolWindow(context);
  const channels = context.shape(x)[1];
  if (typeof channels !== "number") return context.refuse("its channels are an open side");
  const { kernel, pads } = window;
  const area = kernel.reduce((product, side) => product * side, 1);
  requireSmall(context, channels * area, "window");
  const isCeil = intAttribute(node, "ceil_mode", 0) === 1;
  const leavesPads = pads.some((count) => count > 0) && intAttribute(node, "count_include_pad", 0) === 0;
  const m = new Arithmetic(context);
  const value = context.cotangents[0]!;
  const shared = isCeil || leavesPads ? m.mul(value, shareOf(context, window, isCeil)) : m.div(value, area);
  const each = build.floats(new Array(channels * area).fill(1), [channels, 1, ...kernel], dtype);
  const setting = { ...window, pads: isCeil ? reachedPads(context, window) : pads, group: channels };
  return [transposed(context, shared, each, setting, x)];
};

/** Begins, and ends up to where the last window ends. */
function reachedPads(context: RuleContext, { kernel, strides, dilations, pads, sides }: PoolWindow): readonly number[] {
  const n = kernel.length;
  const output = context.shape(context.node.outputs[0]).slice(2);
  const ends = kernel.map((k, i) => {
    const [from, to] = [sides[i], output[i]];
    if (typeof from !== "number" || typeof to !== "number") return pads[i + n];
    return Math.max(0, (to - 1) * strides[i] + (k - 1) * dilations[i] + 1 - from - pads[i]);
  });
  return [...pads.slice(0, n), ...ends];
}

/** The weight with which each window gives to one of its places, [1, 1, …]. */
function shareOf(context: RuleContext, window: PoolWindow, isCeil: boolean): string {
  const { build, node, info, dtype } = context;
  const { kernel, strides, dilations, pads } = window;
  const [x] = node.inputs;
  const n = kernel.length;
  const inner = (shape: string) => build.op("Slice", [shape, build.ints([2]), build.ints([n + 2]), build.ints([0])]);
  const spatial = inner(shapeOf(build, x, info(x).shape));
  const shape = build.op("Concat", [build.ints([1, 1]), spatial], { axis: 0 });
  const ones = build.op("Expand", [build.scalar(1, dtype), shape]);
  const mean = build.op("AveragePool", [ones], node.attributes);
  const area = kernel.reduce((product, side) => product * side, 1);
  const wide = isCeil ? [...pads.slice(0, n), ...pads.slice(n).map((count, i) => count + strides[i] - 1)] : pads;
  const kernelOfOnes = build.floats(new Array(area).fill(1), [1, 1, ...kernel], dtype);
  const count = build.op("Conv", [ones, kernelOfOnes], { strides, dilations, pads: wide });
  const axes = build.ints(kernel.map((_, i) => i + 2));
  const kept = isCeil
    ? build.op("Slice", [count, build.ints(kernel.map(() => 0)), inner(build.op("Shape", [mean])), axes])
    : count;
  return build.op("Div", [mean, kept]);
}

/** Each window gives its cotangent to the place its greatest value came from; windows may share a place. */
const maxPool: GradientRule = (context) => {
  const { build, node } = context;
  const [x] = node.inputs;
  if (intAttribute(node, "storage_order", 0) === 1) context.refuse("column-major indices are not supported");
  const value = context.cotangents[0];
  if (!value) return [null];
  const places = (node.outputs[1] ?? "") === "" ? build.many("MaxPool", [x], 2, node.attributes)[1] : node.outputs[1];
  const flat = (name: string) => build.op("Reshape", [name, build.ints([-1])]);
  const written = build.op("ScatterElements", [flat(zerosLike(context, x)), flat(places), flat(value)], {
    axis: 0,
    reduction: "add",
  });
  return [build.op("Reshape", [written, shapeOf(build, x, context.info(x).shape)])];
};

/** Rules of pools over windows. */
export const pooling: Readonly<Record<string, RuleEntry>> = {
  AveragePool: { rule: averagePool, about: "ConvTranspose of ȳ / count with ones" },
  MaxPool: { rule: maxPool, about: "added at the indices of the greatest" },
};
