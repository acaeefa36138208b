import type { Dim } from "../../onnx/dims.ts";
import { floatAttribute, intAttribute, intsAttribute, type OnnxNode, textAttribute } from "../../onnx/document.ts";
import { keptScale } from "../../onnx/inferConvolution.ts";
import { openResizeMatrix } from "../openResizeMatrix.ts";
import { type ResizeSetting, resizeMatrix } from "../resizeMatrix.ts";
import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry, requireSmall } from "../rule.ts";
import { positiveAxes } from "../shapes.ts";
import { alongAxis } from "./movement.ts";

interface Axis {
  readonly axis: number;
  /** Null where a run divides the sides. */
  readonly scale: number | null;
  readonly from: Dim;
  readonly to: Dim;
}

/** Axes that change, with their scales. */
function scaledAxes(context: RuleContext): readonly Axis[] {
  const { node } = context;
  const input = context.shape(node.inputs[0]);
  const output = context.shape(node.outputs[0]);
  const axes = positiveAxes(intsAttribute(node, "axes") ?? input.map((_, i) => i), input.length);
  const scales = context.info(node.inputs[2] ?? "").floats;
  const { elements: sizes } = context.info(node.inputs[3] ?? "");
  const kept = keptScale(
    node,
    axes.map((axis) => input[axis]),
    sizes ?? [],
  );
  if (kept === undefined) context.refuse("it keeps the aspect ratio of sides that only a run knows");
  return axes.flatMap((axis, i): Axis[] => {
    const [from, to] = [input[axis], output[axis]];
    if (scales?.length) return scales[i] === 1 ? [] : [{ axis, scale: scales[i], from, to }];
    if (from === to) return [];
    if (kept) return [{ axis, scale: Math.fround(kept), from, to }];
    const isKnown = typeof from === "number" && typeof to === "number";
    return [{ axis, scale: isKnown ? Math.fround(to / from) : null, from, to }];
  });
}

function settingOf(node: OnnxNode): ResizeSetting {
  return {
    mode: textAttribute(node, "mode", "nearest"),
    coordinates: textAttribute(node, "coordinate_transformation_mode", "half_pixel"),
    nearest: textAttribute(node, "nearest_mode", "round_prefer_floor"),
    cubicA: floatAttribute(node, "cubic_coeff_a", -0.75),
    excludesOutside: intAttribute(node, "exclude_outside", 0) === 1,
    antialias: intAttribute(node, "antialias", 0) === 1,
  };
}

/** Whole copies of every pixel: the gradient is the sum of the copies. */
function isPlainRepeat({ mode, coordinates, nearest }: ResizeSetting, axes: readonly Axis[], rank: number): boolean {
  const isWhole = axes.every(({ axis, scale }) => axis >= 2 && scale !== null && Number.isInteger(scale) && scale > 1);
  const fits =
    coordinates === "asymmetric" ? nearest === "floor" : coordinates === "half_pixel" && nearest.startsWith("round");
  return mode === "nearest" && isWhole && fits && rank === 4;
}

const resize: GradientRule = (context) => {
  const { build, node } = context;
  const rank = context.shape(node.inputs[0]).length;
  const axes = scaledAxes(context);
  const setting = settingOf(node);
  const nothing = node.inputs.slice(1).map(() => null);
  const value = context.cotangents[0]!;
  if (axes.length === 0) return [value, ...nothing];
  if (isPlainRepeat(setting, axes, rank)) {
    const kernel = [2, 3].map((axis) => axes.find((one) => one.axis === axis)?.scale ?? 1);
    const mean = build.op("AveragePool", [value], { kernel_shape: kernel, strides: kernel });
    return [new Arithmetic(context).mul(mean, kernel[0] * kernel[1]), ...nothing];
  }
  if (setting.coordinates === "tf_crop_and_resize") context.refuse("coordinates tf_crop_and_resize are not supported");
  const back = axes.reduce(
    (part, axis) => alongAxis(context, part, axis.axis, rank, matrixOf(context, axis, setting)),
    value,
  );
  return [back, ...nothing];
};

/** The interpolation along an axis: a constant where its sides are known, else computed in the run. */
function matrixOf(context: RuleContext, { axis, scale, from, to }: Axis, setting: ResizeSetting): string {
  const { build, dtype } = context;
  if (typeof from === "number" && typeof to === "number" && scale !== null) {
    requireSmall(context, from * to, "interpolation");
    const matrix = resizeMatrix({ ...setting, from, to, scale });
    if (!matrix) return context.refuse(`coordinates ${setting.coordinates} are not supported`);
    return build.floats(matrix.flat(), [to, from], dtype);
  }
  const isSimple = setting.mode !== "cubic" && !setting.antialias && !setting.excludesOutside;
  if (!isSimple) return context.refuse("it interpolates along a side that only a run knows");
  const [x] = context.node.inputs;
  return openResizeMatrix(context, setting, { axis, scale, like: x });
}

/** Rules of resizing. */
export const resizing: Readonly<Record<string, RuleEntry>> = {
  Resize: { rule: resize, about: "the transposed interpolation along each axis; sums for whole repeats" },
};
