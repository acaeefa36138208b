import { floatAttribute, intAttribute, intsAttribute, type OnnxNode, textAttribute } from "../../onnx/document.ts";
import { resizeMatrix } from "../resizeMatrix.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry } from "../rule.ts";
import { alongAxis } from "./movement.ts";

interface Axis {
  readonly axis: number;
  readonly scale: number;
}

/** Axes that change, with their scales. */
function scaledAxes(context: RuleContext): readonly Axis[] {
  const { node } = context;
  const input = context.shape(node.inputs[0]);
  const output = context.shape(node.outputs[0]);
  const axes = intsAttribute(node, "axes") ?? input.map((_, i) => i);
  const scales = context.info(node.inputs[node.op === "Upsample" ? 1 : 2] ?? "").floats;
  return axes.flatMap((given, i): Axis[] => {
    const axis = given < 0 ? given + input.length : given;
    if (scales?.length) return scales[i] === 1 ? [] : [{ axis, scale: scales[i] }];
    const [from, to] = [input[axis], output[axis]];
    if (from === to) return [];
    if (typeof from !== "number" || typeof to !== "number")
      return context.refuse("it resizes a side that only a run knows");
    return [{ axis, scale: to / from }];
  });
}

const modeOf = (node: OnnxNode) => textAttribute(node, "mode", "nearest");
const coordinatesOf = (node: OnnxNode) =>
  textAttribute(node, "coordinate_transformation_mode", node.op === "Upsample" ? "asymmetric" : "half_pixel");

/** Whole copies of every pixel: the gradient is the sum of the copies. */
function isPlainRepeat(node: OnnxNode, axes: readonly Axis[], rank: number): boolean {
  const isSpatial = axes.every(({ axis, scale }) => axis >= 2 && Number.isInteger(scale) && scale > 1);
  const nearest = textAttribute(node, "nearest_mode", "round_prefer_floor");
  const coordinates = coordinatesOf(node);
  const fits =
    coordinates === "asymmetric" ? nearest === "floor" || node.op === "Upsample" : coordinates === "half_pixel";
  return modeOf(node) === "nearest" && isSpatial && fits && rank === 4;
}

const resize: GradientRule = (context) => {
  const { build, node, dtype } = context;
  const input = context.shape(node.inputs[0]);
  const axes = scaledAxes(context);
  const nothing = node.inputs.slice(1).map(() => null);
  let value = context.cotangents[0]!;
  if (axes.length === 0) return [value, ...nothing];
  if (isPlainRepeat(node, axes, input.length)) {
    const kernel = [2, 3].map((axis) => axes.find((one) => one.axis === axis)?.scale ?? 1);
    const mean = build.op("AveragePool", [value], { kernel_shape: kernel, strides: kernel });
    return [new Arithmetic(context).mul(mean, kernel[0] * kernel[1]), ...nothing];
  }
  for (const { axis, scale } of axes) {
    const from = input[axis];
    if (typeof from !== "number") return context.refuse("it interpolates along a side that only a run knows");
    const matrix = resizeMatrix({
      from,
      to: Math.floor(from * scale + 1e-9),
      scale,
      mode: modeOf(node),
      coordinates: coordinatesOf(node),
      nearest: textAttribute(node, "nearest_mode", node.op === "Upsample" ? "floor" : "round_prefer_floor"),
      cubicA: floatAttribute(node, "cubic_coeff_a", -0.75),
      excludesOutside: intAttribute(node, "exclude_outside", 0) === 1,
      antialias: intAttribute(node, "antialias", 0) === 1,
    });
    if (!matrix) return context.refuse(`coordinates ${coordinatesOf(node)} are not supported`);
    value = alongAxis(context, value, axis, input.length, build.floats(matrix.flat(), [matrix.length, from], dtype));
  }
  return [value, ...nothing];
};

/** Rules of resizing. */
export const resizing: Readonly<Record<string, RuleEntry>> = {
  Resize: { rule: resize, about: "the transposed interpolation along each axis; sums for whole repeats" },
  Upsample: { rule: resize, about: "as Resize" },
};
