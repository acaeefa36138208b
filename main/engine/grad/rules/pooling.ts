import type { Dim } from "../../onnx/dims.ts";
import { intAttribute, intsAttribute } from "../../onnx/document.ts";
import { type Window, windowOf } from "../../onnx/inferConvolution.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry } from "../rule.ts";
import { shapeOf, zerosLike } from "../shapes.ts";
import { transposed } from "./convolution.ts";

function poolWindow(context: RuleContext): Window & { sides: readonly Dim[] } {
  const { node } = context;
  const sides = context.shape(node.inputs[0]).slice(2);
  const window = windowOf(node, intsAttribute(node, "kernel_shape") ?? [], sides);
  if (!window) return context.refuse("its automatic padding depends on a size that only a run knows");
  return { ...window, sides };
}

/**
 * Every window gives its share back to all that it averaged. With padding left out of the count, the share is found by
 * averaging ones with padding counted: what is missing there was padding.
 */
const averagePool: GradientRule = (context) => {
  const { build, node, dtype } = context;
  const m = new Arithmetic(context);
  const [x] = node.inputs;
  const window = poolWindow(context);
  const channels = context.shape(x)[1];
  if (typeof channels !== "number") context.refuse("its channels are an open side");
  if (intAttribute(node, "ceil_mode", 0) === 1) context.refuse("ceil_mode is not supported");
  const { kernel, strides, dilations, pads } = window;
  const area = kernel.reduce((product, side) => product * side, 1);
  const isPadded = pads.some((count) => count > 0);
  let shared = m.div(context.cotangents[0]!, area);
  if (isPadded && intAttribute(node, "count_include_pad", 0) === 0) {
    const spatial = build.op("Slice", [
      shapeOf(build, x, context.info(x).shape),
      build.ints([2]),
      build.ints([kernel.length + 2]),
      build.ints([0]),
    ]);
    const ones = build.op("Expand", [
      build.scalar(1, dtype),
      build.op("Concat", [build.ints([1, 1]), spatial], { axis: 0 }),
    ]);
    const weight = build.floats(new Array(area).fill(1 / area), [1, 1, ...kernel], dtype);
    const share = build.op("Conv", [ones, weight], { strides, dilations, pads });
    shared = m.div(shared, share);
  }
  const each = build.floats(new Array((channels as number) * area).fill(1), [channels as number, 1, ...kernel], dtype);
  return [transposed(context, shared, each, { ...window, group: channels as number }, x)];
};

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
