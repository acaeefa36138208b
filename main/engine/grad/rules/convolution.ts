import { type Dim, productDim } from "../../onnx/dims.ts";
import { intAttribute, intsAttribute } from "../../onnx/document.ts";
import { transposedWindowOf, type Window, windowOf } from "../../onnx/inferConvolution.ts";
import type { GradientRule, RuleContext, RuleEntry } from "../rule.ts";
import { sumOver } from "../shapes.ts";

interface Setting extends Window {
  readonly group: number;
  /** Spatial sides of the larger map (a convolution's input). */
  readonly sides: readonly Dim[];
}

function settingOf(context: RuleContext, sides: readonly Dim[], read: typeof windowOf, inputs = sides): Setting {
  const { node } = context;
  const weight = context.shape(node.inputs[1]);
  const kernel = weight
    .slice(2)
    .map((side) => (typeof side === "number" ? side : context.refuse("its kernel is open")));
  const window = read(node, kernel, inputs);
  if (!window) return context.refuse("its automatic padding depends on a size that only a run knows");
  return { ...window, group: intAttribute(node, "group", 1), sides };
}

const windowAttributes = ({ strides, dilations, pads, group }: Setting) => ({ strides, dilations, pads, group });

/**
 * The adjoint of a convolution with `weight`, shaped as `like`. Rows at the end that no window reached get zeros: with
 * known sides their number is known, else so many are added as there can be and the rest is cut off.
 */
export function transposed(
  context: RuleContext,
  value: string,
  weight: string,
  setting: Setting,
  like: string,
): string {
  const { build } = context;
  const { strides, dilations, pads, kernel, group, sides } = setting;
  const turned = isTurnable(context, setting, weight) ? turnedConvolution(context, value, weight, setting) : null;
  if (turned) return turned;
  const n = kernel.length;
  const rest = sides.map((side, i) => {
    const free = (typeof side === "number" ? side : 0) + pads[i] + pads[i + n] - dilations[i] * (kernel[i] - 1) - 1;
    return typeof side === "number" || strides[i] === 1 ? ((free % strides[i]) + strides[i]) % strides[i] : null;
  });
  const known = rest.map((r, i) => (strides[i] === 1 ? 0 : r));
  const ends = known.map((r, i) => (r === null ? 0 : Math.max(0, pads[i + n] - r)));
  const more = known.map((r, i) => (r === null ? Math.max(0, strides[i] - 1 - 0) : Math.max(0, r - pads[i + n])));
  let full = build.op("ConvTranspose", [value, weight], {
    strides,
    dilations,
    group,
    pads: [...pads.slice(0, n), ...ends],
  });
  if (more.some((count) => count > 0)) {
    const begins = new Array<number>(n + 2).fill(0);
    const zero = build.scalar(0, context.dtype);
    full = build.op("Pad", [full, build.ints([...begins, 0, 0, ...more]), zero], { mode: "constant" });
  }
  if (known.every((r) => r !== null)) return full;
  const axes = Array.from({ length: n }, (_, i) => i + 2);
  const lengths = build.op("Slice", [build.op("Shape", [like]), build.ints([2]), build.ints([n + 2]), build.ints([0])]);
  return build.op("Slice", [full, build.ints(new Array(n).fill(0)), lengths, build.ints(axes)]);
}

/** Kernels with more elements are not kept twice. */
const maxTurned = 2 ** 20;

/** Whether a convolution's adjoint can be a convolution, by a kernel that the runtime turns once, while it opens. */
function isTurnable(context: RuleContext, { strides, kernel, group }: Setting, weight: string): boolean {
  const { node, isWeight, shape } = context;
  const isOwn = node.op === "Conv" && weight === node.inputs[1] && isWeight(1);
  if (!isOwn || Number(productDim(shape(weight))) > maxTurned) return false;
  return group === 1 && strides.every((stride) => stride === 1) && kernel.length === 2;
}

/** Convolution by the kernel turned by half a turn, channels exchanged: faster than ConvTranspose, for stride 1 the same. */
function turnedConvolution(context: RuleContext, value: string, weight: string, setting: Setting): string | null {
  const { build } = context;
  const { dilations, pads, kernel } = setting;
  const n = kernel.length;
  const wide = pads.map((count, i) => dilations[i % n] * (kernel[i % n] - 1) - count);
  if (wide.some((count) => count < 0)) return null;
  const exchanged = build.op("Transpose", [weight], { perm: [1, 0, 2, 3] });
  const back = [build.ints([-1, -1]), build.ints([-(2 ** 31), -(2 ** 31)]), build.ints([2, 3]), build.ints([-1, -1])];
  const isPoint = kernel.every((side) => side === 1);
  const turned = isPoint ? exchanged : build.op("Slice", [exchanged, ...back]);
  return build.op("Conv", [value, turned], { dilations, pads: wide });
}

/**
 * Gradient of a convolution's weight [M, C/g, k]: a convolution of the input, with its channels as samples, by the
 * cotangent, stride and dilation exchanged, cut to the kernel.
 */
function weightGradient(context: RuleContext, x: string, value: string, weight: string, setting: Setting): string {
  const { build } = context;
  const { strides, dilations, pads, kernel, group } = setting;
  const n = kernel.length;
  const exchange = [1, 0, ...Array.from({ length: n }, (_, i) => i + 2)];
  const turned = (name: string) => build.op("Transpose", [name], { perm: exchange });
  const channels = context.shape(weight)[1];
  const grouped = group === 1 ? turned(x) : groupsAsSamples(context, x, group, channels, n);
  const result = build.op("Conv", [grouped, turned(value)], { strides: dilations, dilations: strides, pads, group });
  const cut = build.op("Slice", [
    result,
    build.ints(new Array(n).fill(0)),
    build.ints(kernel),
    build.ints(Array.from({ length: n }, (_, i) => i + 2)),
  ]);
  return turned(cut);
}

/** [N, g·C, …] as [C, g·N, …]. */
function groupsAsSamples(context: RuleContext, x: string, group: number, channels: Dim, n: number): string {
  const { build } = context;
  if (typeof channels !== "number") return context.refuse("its weight has an open side");
  const spatial = Array.from({ length: n }, (_, i) => i + 3);
  const shape = build.op("Shape", [x]);
  const rest = build.op("Slice", [shape, build.ints([2]), build.ints([n + 2]), build.ints([0])]);
  const count = build.op("Slice", [shape, build.ints([0]), build.ints([1]), build.ints([0])]);
  const split = build.op("Reshape", [x, build.op("Concat", [count, build.ints([group, channels]), rest], { axis: 0 })]);
  const moved = build.op("Transpose", [split], { perm: [2, 1, 0, ...spatial] });
  return build.op("Reshape", [moved, build.op("Concat", [build.ints([channels, -1]), rest], { axis: 0 })]);
}

const bias = (context: RuleContext, value: string, n: number) =>
  context.wants(2) ? sumOver(context, value, [0, ...Array.from({ length: n }, (_, i) => i + 2)], true) : null;

const conv: GradientRule = (context) => {
  const [x, weight] = context.node.inputs;
  const setting = settingOf(context, context.shape(x).slice(2), windowOf);
  const value = context.cotangents[0]!;
  return [
    context.wants(0) ? transposed(context, value, weight, setting, x) : null,
    context.wants(1) ? weightGradient(context, x, value, weight, setting) : null,
    bias(context, value, setting.kernel.length),
  ];
};

const convTranspose: GradientRule = (context) => {
  const { node, build } = context;
  const [x, weight] = node.inputs;
  const value = context.cotangents[0]!;
  const shape = context.shape(x).slice(2);
  const setting = settingOf(context, context.shape(node.outputs[0]).slice(2), transposedWindowOf, shape);
  // The forward map is the adjoint of this convolution, whose input is the larger map; spare rows at the end fall away.
  const back = build.op("Conv", [value, weight], windowAttributes(setting));
  const n = shape.length;
  const lengths = shape.every((side) => typeof side === "number")
    ? build.ints(shape as readonly number[])
    : build.op("Slice", [build.op("Shape", [x]), build.ints([2]), build.ints([n + 2]), build.ints([0])]);
  const isExact = (intsAttribute(node, "output_padding") ?? []).every((more) => more === 0);
  const axes = build.ints(Array.from({ length: n }, (_, i) => i + 2));
  const cut = isExact ? back : build.op("Slice", [back, build.ints(new Array(n).fill(0)), lengths, axes]);
  return [
    context.wants(0) ? cut : null,
    context.wants(1) ? weightGradient(context, value, x, weight, setting) : null,
    bias(context, value, n),
  ];
};

/** Rules of convolutions. */
export const convolution: Readonly<Record<string, RuleEntry>> = {
  Conv: { rule: conv, about: "ConvTranspose(ȳ, W); weight: Conv with stride and dilation exchanged; bias: Σ ȳ" },
  ConvTranspose: { rule: convTranspose, about: "Conv(ȳ, W); weight as for Conv, roles exchanged; bias: Σ ȳ" },
};
