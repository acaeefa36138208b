import { broadcastDim, broadcastShape, computedDim, type Dim, timesDim, unknownDim } from "./dims.ts";
import { intAttribute, intsAttribute, type OnnxNode, textAttribute } from "./document.ts";
import type { InferRule } from "./valueInfo.ts";

/** Window of a convolution or pool over its spatial axes, with padding made explicit. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Begins, then ends. */
  readonly pads: readonly number[];
}

/** The window of a node; null where automatic padding depends on sides that only a run knows. `sides` are spatial. */
export function windowOf(node: OnnxNode, kernel: readonly number[], sides: readonly Dim[]): Window | null {
  const n = kernel.length;
  const ones = new Array<number>(n).fill(1);
  const strides = intsAttribute(node, "strides") ?? ones;
  const dilations = intsAttribute(node, "dilations") ?? ones;
  const auto = textAttribute(node, "auto_pad", "NOTSET");
  const none = new Array<number>(2 * n).fill(0);
  if (auto === "VALID") return { kernel, strides, dilations, pads: none };
  if (auto === "NOTSET") return { kernel, strides, dilations, pads: intsAttribute(node, "pads") ?? none };
  const totals = kernel.map((k, i) => {
    const reach = (k - 1) * dilations[i] + 1;
    const side = sides[i];
    if (strides[i] === 1) return reach - 1;
    if (typeof side !== "number") return null;
    return Math.max(0, (Math.ceil(side / strides[i]) - 1) * strides[i] + reach - side);
  });
  if (totals.some((total) => total === null)) return null;
  const small = totals.map((total) => Math.floor(total! / 2));
  const large = totals.map((total, i) => total! - small[i]);
  return { kernel, strides, dilations, pads: auto === "SAME_UPPER" ? [...small, ...large] : [...large, ...small] };
}

/**
 * The window of a transposed convolution, with padding made explicit; `sides` are spatial, of its input. Null where the
 * padding depends on sides that only a run knows, or would be negative.
 */
export function transposedWindowOf(node: OnnxNode, kernel: readonly number[], sides: readonly Dim[]): Window | null {
  const stated = intsAttribute(node, "output_shape")?.slice(-kernel.length);
  const auto = textAttribute(node, "auto_pad", "NOTSET");
  const plain = windowOf({ ...node, attributes: { ...node.attributes, auto_pad: "NOTSET" } }, kernel, sides)!;
  if (auto === "VALID" && !stated) return { ...plain, pads: plain.pads.map(() => 0) };
  if (auto === "NOTSET" && !stated) return plain;
  const more = intsAttribute(node, "output_padding") ?? [];
  const totals = kernel.map((k, i) => {
    const reach = (k - 1) * plain.dilations[i] + 1 + (more[i] ?? 0);
    const side = sides[i];
    if (!stated) return reach - plain.strides[i];
    return typeof side === "number" ? plain.strides[i] * (side - 1) + reach - stated[i] : -1;
  });
  if (totals.some((total) => total < 0)) return null;
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total, i) => total - small[i]);
  return { ...plain, pads: auto === "SAME_UPPER" ? [...small, ...large] : [...large, ...small] };
}

function slid(side: Dim, i: number, { kernel, strides, dilations, pads }: Window, isCeil: boolean): Dim {
  const reach = (kernel[i] - 1) * dilations[i] + 1;
  const extra = pads[i] + pads[i + kernel.length] - reach;
  if (strides[i] === 1 && extra === -1) return side;
  return computedDim(isCeil ? "⌈" : "⌊", side, strides[i] * 1e6 + extra, (length) => {
    const steps = (length + extra) / strides[i];
    const count = (isCeil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // A last window that would start beyond the map is left out.
    return isCeil && (count - 1) * strides[i] >= length + pads[i] ? count - 1 : count;
  });
}

const conv: InferRule = ({ node, input }) => {
  const [{ dtype, shape }, { shape: weight }] = [input(0), input(1)];
  if (!shape || !weight) return [{ dtype, shape: undefined }];
  const kernel = weight.slice(2).map(Number);
  const window = windowOf(node, kernel, shape.slice(2));
  const sides = shape.slice(2).map((side, i) => (window ? slid(side, i, window, false) : unknownDim()));
  return [{ dtype, shape: [shape[0], weight[0], ...sides] }];
};

const convTranspose: InferRule = ({ node, input }) => {
  const [{ dtype, shape }, { shape: weight }] = [input(0), input(1)];
  if (!shape || !weight) return [{ dtype, shape: undefined }];
  const stated = intsAttribute(node, "output_shape");
  const window = transposedWindowOf(node, weight.slice(2).map(Number), shape.slice(2));
  const more = intsAttribute(node, "output_padding") ?? [];
  const sides = shape.slice(2).map((side, i): Dim => {
    if (stated) return stated[i + stated.length - (shape.length - 2)];
    if (!window) return unknownDim();
    const { kernel, strides, dilations, pads } = window;
    const rest = (kernel[i] - 1) * dilations[i] + 1 - pads[i] - pads[i + kernel.length] + (more[i] ?? 0);
    if (rest === strides[i]) return timesDim(side, strides[i]);
    return computedDim("↑", side, strides[i] * 1e6 + rest, (length) => (length - 1) * strides[i] + rest);
  });
  return [{ dtype, shape: [shape[0], timesDim(weight[1], intAttribute(node, "group", 1)), ...sides] }];
};

const pool: InferRule = ({ node, input }) => {
  const { dtype, shape } = input(0);
  const window = shape && windowOf(node, intsAttribute(node, "kernel_shape") ?? [], shape.slice(2));
  if (!shape) return [{ dtype, shape: undefined }];
  const isCeil = intAttribute(node, "ceil_mode", 0) === 1;
  const sides = shape.slice(2).map((side, i) => (window ? slid(side, i, window, isCeil) : unknownDim()));
  const pooled = [...shape.slice(0, 2), ...sides];
  return [
    { dtype, shape: pooled },
    { dtype: "int64", shape: pooled },
  ];
};

const globalPool: InferRule = ({ input }) => [
  { dtype: input(0).dtype, shape: input(0).shape?.map((side, i) => (i < 2 ? side : 1)) },
];

/**
 * The one scale of a Resize that keeps the aspect ratio: sizes are then the most or the least. Null where each side has its
 * own, undefined where only a run knows it.
 */
export function keptScale(node: OnnxNode, from: readonly Dim[], sizes: readonly Dim[]): number | null | undefined {
  const policy = textAttribute(node, "keep_aspect_ratio_policy", "stretch");
  if (policy === "stretch") return null;
  const scales = sizes.map((size, i) => Number(size) / Number(from[i]));
  if (scales.some(Number.isNaN)) return undefined;
  return policy === "not_larger" ? Math.min(...scales) : Math.max(...scales);
}

const resize: InferRule = ({ node, input }) => {
  const { dtype, shape } = input(0);
  const sizes = node.op === "Upsample" ? undefined : input(3).elements;
  const rank = shape?.length ?? 0;
  const axes = intsAttribute(node, "axes")?.map((axis) => (axis < 0 ? axis + rank : axis)) ?? shape?.map((_, i) => i);
  if (sizes && shape && axes) {
    const scale = keptScale(
      node,
      axes.map((axis) => shape[axis]),
      sizes,
    );
    const sized = (side: Dim, i: number): Dim => {
      if (!axes.includes(i)) return side;
      if (scale === null) return sizes[axes.indexOf(i)];
      return typeof side === "number" && scale !== undefined ? Math.floor(side * scale + 0.5) : unknownDim();
    };
    return [{ dtype, shape: shape.map(sized) }];
  }
  const scales = input(node.op === "Upsample" ? 1 : 2).floats;
  const scaleOf = (i: number) => scales?.[axes?.indexOf(i) ?? -1] ?? 1;
  const scaled = (side: Dim, scale: number): Dim => {
    if (Number.isInteger(scale)) return timesDim(side, scale);
    return typeof side === "number" ? Math.floor(Math.fround(side * scale)) : unknownDim();
  };
  return [{ dtype, shape: shape?.map((side, i) => (scales ? scaled(side, scaleOf(i)) : unknownDim())) }];
};

const gridSample: InferRule = ({ input }) => {
  const [{ dtype, shape }, { shape: grid }] = [input(0), input(1)];
  return [{ dtype, shape: shape && grid ? [...shape.slice(0, 2), ...grid.slice(1, -1)] : undefined }];
};

const matMul: InferRule = ({ input }) => {
  const [{ dtype, shape: a }, { shape: b }] = [input(0), input(1)];
  if (!a || !b) return [{ dtype, shape: undefined }];
  const batch = broadcastShape([a.slice(0, -2), b.slice(0, -2)]);
  const rows = a.length > 1 ? [a[a.length - 2]] : [];
  const columns = b.length > 1 ? [b[b.length - 1]] : [];
  return [{ dtype, shape: [...batch, ...rows, ...columns] }];
};

const gemm: InferRule = ({ node, input }) => {
  const [{ dtype, shape: a }, { shape: b }] = [input(0), input(1)];
  if (!a || !b) return [{ dtype, shape: undefined }];
  const rows = intAttribute(node, "transA", 0) === 1 ? a[1] : a[0];
  return [{ dtype, shape: [rows, intAttribute(node, "transB", 0) === 1 ? b[0] : b[1]] }];
};

const einsum: InferRule = ({ node, input }) => {
  const dtype = input(0).dtype;
  const [left, result] = textAttribute(node, "equation", "").replaceAll(" ", "").split("->");
  const terms = left.split(",");
  const shapes = terms.map((_, i) => input(i).shape);
  if (result === undefined || shapes.some((shape) => !shape)) return [{ dtype, shape: undefined }];
  const sides = new Map<string, Dim>();
  const batches = terms.map((term, i): readonly Dim[] => {
    const [before, after] = term.split("...");
    const shape = shapes[i]!;
    const end = shape.length - (after?.length ?? 0);
    [...before].forEach((label, at) => void sides.set(label, broadcastDim(sides.get(label) ?? 1, shape[at])));
    [...(after ?? "")].forEach(
      (label, at) => void sides.set(label, broadcastDim(sides.get(label) ?? 1, shape[end + at])),
    );
    return after === undefined ? [] : shape.slice(before.length, end);
  });
  const named = (labels: string) => [...labels].map((label) => sides.get(label) ?? unknownDim());
  const [before, after] = result.split("...");
  const batch = after === undefined ? [] : broadcastShape(batches);
  return [{ dtype, shape: [...named(before), ...batch, ...named(after ?? "")] }];
};

/** Convolutions, pools, resizing and products of matrices. */
export const convolutionRules: Readonly<Record<string, InferRule>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
  Resize: resize,
  Upsample: resize,
  GridSample: gridSample,
  MatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
};
