import { broadcastDim, computedDim, type Dim, dividedDim, productDim, timesDim, unknownDim } from "./dims.ts";
import { type ElementType, intAttribute, intsAttribute, type OnnxNode } from "./document.ts";
import { constantInfo, type InferContext, type InferRule, type ValueInfo } from "./valueInfo.ts";

/** More axes than any model has; a greater number stands in a damaged file. */
const maxRank = 64;

const positive = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

const constant: InferRule = ({ node }) => {
  const value = node.attributes?.value;
  if (value && typeof value === "object" && "tensor" in value) return [constantInfo(value.tensor)];
  const whole = node.attributes?.value_int;
  if (typeof whole === "number") return [{ dtype: "int64", shape: [], elements: [whole] }];
  const list = intsAttribute(node, "value_ints");
  if (list) return [{ dtype: "int64", shape: [list.length], elements: list }];
  if (node.attributes?.value_float) return [{ dtype: "float32", shape: [] }];
  return [{ dtype: undefined, shape: undefined }];
};

const shapeOp: InferRule = ({ node, input }) => {
  const { shape } = input(0);
  if (!shape) return [{ dtype: "int64", shape: undefined }];
  const start = positive(intAttribute(node, "start", 0), shape.length);
  const end = positive(intAttribute(node, "end", shape.length), shape.length);
  const elements = shape.slice(start, end);
  return [{ dtype: "int64", shape: [elements.length], elements }];
};

const size: InferRule = ({ input }) => {
  const { shape } = input(0);
  return [{ dtype: "int64", shape: [], ...(shape ? { elements: [productDim(shape)] } : {}) }];
};

/** Target of a Reshape: 0 keeps a side, −1 is what is left. */
const reshape: InferRule = ({ node, input }) => {
  const { dtype, shape, elements } = input(0);
  const target = input(1);
  if (!target.elements) {
    const rank = target.shape?.[0];
    return [
      {
        dtype,
        shape: typeof rank === "number" && rank <= maxRank ? Array.from({ length: rank }, unknownDim) : undefined,
      },
    ];
  }
  const keepsZero = intAttribute(node, "allowzero", 0) === 0;
  const sides = target.elements.map((side, i) => (side === 0 && keepsZero ? (shape?.[i] ?? unknownDim()) : side));
  const open = sides.indexOf(-1);
  if (open >= 0) {
    const others = productDim(sides.filter((_, i) => i !== open));
    sides[open] = shape ? dividedDim(productDim(shape), others) : unknownDim();
  }
  return [{ dtype, shape: sides, ...(elements ? { elements } : {}) }];
};

const flatten: InferRule = ({ node, input }) => {
  const { dtype, shape } = input(0);
  const axis = positive(intAttribute(node, "axis", 1), shape?.length ?? 0);
  const flat = shape && [productDim(shape.slice(0, axis)), productDim(shape.slice(axis))];
  return [{ dtype, shape: flat ?? [unknownDim(), unknownDim()] }];
};

const axesOf = ({ node, numbers }: InferContext) => intsAttribute(node, "axes") ?? numbers(1);

const squeeze: InferRule = (context) => {
  const { dtype, shape, elements } = context.input(0);
  const axes = axesOf(context)?.map((axis) => positive(axis, shape?.length ?? 0));
  const isOpen = !axes && shape?.some((side) => typeof side !== "number");
  const left = isOpen ? undefined : shape?.filter((side, i) => (axes ? !axes.includes(i) : side !== 1));
  return [{ dtype, shape: left, ...(elements ? { elements } : {}) }];
};

const unsqueeze: InferRule = (context) => {
  const { dtype, shape, elements } = context.input(0);
  const axes = axesOf(context);
  if (!shape || !axes) return [{ dtype, shape: undefined }];
  const rank = shape.length + axes.length;
  const at = axes.map((axis) => positive(axis, rank));
  const rest = [...shape];
  const wide = Array.from({ length: rank }, (_, i): Dim => (at.includes(i) ? 1 : rest.shift()!));
  return [{ dtype, shape: wide, ...(elements ? { elements } : {}) }];
};

const transpose: InferRule = ({ node, input }) => {
  const { dtype, shape } = input(0);
  const order = intsAttribute(node, "perm") ?? shape?.map((_, i) => shape.length - 1 - i);
  return [{ dtype, shape: shape && order?.map((axis) => shape[axis]) }];
};

const concat: InferRule = ({ node, input }) => {
  const parts = node.inputs.map((_, i) => input(i));
  const dtype = parts.find((part) => part.dtype)?.dtype;
  const first = parts.find((part) => part.shape)?.shape;
  if (!first) return [{ dtype, shape: undefined }];
  const axis = positive(intAttribute(node, "axis", 0), first.length);
  const along = parts.map((part) => part.shape?.[axis] ?? unknownDim());
  const sum = along.reduce((total, side) => computedDim("+", total, side, (a, b) => a + b));
  const info: ValueInfo = { dtype, shape: first.map((side, i) => (i === axis ? sum : side)) };
  const areKnown = first.length === 1 && parts.every((part) => part.elements);
  return [areKnown ? { ...info, elements: parts.flatMap((part) => part.elements!) } : info];
};

const split: InferRule = ({ node, input, numbers }) => {
  const { dtype, shape } = input(0);
  if (!shape) return node.outputs.map(() => ({ dtype, shape: undefined }));
  const axis = positive(intAttribute(node, "axis", 0), shape.length);
  const sizes = intsAttribute(node, "split") ?? numbers(1);
  const isOpen = !sizes && (node.inputs[1] ?? "") !== "";
  return node.outputs.map((_, i) => {
    const side = sizes?.[i] ?? (isOpen ? unknownDim() : equalPart(shape[axis], node.outputs.length, i));
    return { dtype, shape: shape.map((own, at) => (at === axis ? side : own)) };
  });
};

/** The i-th of `count` parts that are as equal as they can be: all but the last are rounded up. */
function equalPart(side: Dim, count: number, i: number): Dim {
  if (typeof side !== "number") return dividedDim(side, count);
  const part = Math.ceil(side / count);
  return i < count - 1 ? part : side - part * (count - 1);
}

const slice: InferRule = ({ node, input, numbers }) => {
  const { dtype, shape, elements } = input(0);
  const starts = intsAttribute(node, "starts") ?? numbers(1);
  const ends = intsAttribute(node, "ends") ?? numbers(2);
  const axes = intsAttribute(node, "axes") ?? ((node.inputs[3] ?? "") === "" ? starts?.map((_, i) => i) : numbers(3));
  const steps = (node.inputs[4] ?? "") === "" ? starts?.map(() => 1) : numbers(4);
  if (!shape) return [{ dtype, shape: undefined }];
  if (!axes || !steps || steps.includes(0)) return [{ dtype, shape: shape.map(() => unknownDim()) }];
  const sides: Dim[] = [...shape];
  let kept = elements;
  axes.forEach((given, i) => {
    const axis = positive(given, shape.length);
    if (!(axis in sides)) throw new RangeError(`There is no axis ${given}.`);
    const range = starts && ends ? cut(shape[axis], starts[i], ends[i], steps[i]) : null;
    sides[axis] = range?.length ?? unknownDim();
    kept =
      kept && shape.length === 1 && range?.from !== undefined
        ? picked(kept, range.from, range.to!, steps[i])
        : undefined;
  });
  return [{ dtype, shape: sides, ...(kept ? { elements: kept } : {}) }];
};

function picked(list: readonly Dim[], from: number, to: number, step: number): Dim[] {
  const result: Dim[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) result.push(list[i]);
  return result;
}

/** An end that says: as far as there is, which backwards is the front (as the runtime reads it). */
const openEnd = 2 ** 31 - 1;

/** Length of a cut, and its ends where the side is known. */
function cut(side: Dim, start: number, end: number, step: number): { length: Dim; from?: number; to?: number } {
  if (typeof side !== "number") {
    if (start === 0 && end >= openEnd && step === 1) return { length: side };
    if (start >= 0 && end > start && end < openEnd && step === 1) return { length: end - start };
    return { length: computedDim("[", side, `${start}:${end}:${step}`, () => 0) };
  }
  const clamp = (at: number, low: number, high: number) => Math.min(high, Math.max(low, at < 0 ? at + side : at));
  const [from, to] =
    step > 0
      ? [clamp(start, 0, side), clamp(end, 0, side)]
      : [clamp(start, 0, side - 1), end < -side || end >= openEnd ? -1 : clamp(end, -1, side - 1)];
  return { length: Math.max(0, Math.ceil((to - from) / step)), from, to };
}

const gather: InferRule = ({ node, input }) => {
  const [data, index] = [input(0), input(1)];
  const { dtype, shape } = data;
  if (!shape || !index.shape) return [{ dtype, shape: undefined }];
  const axis = positive(intAttribute(node, "axis", 0), shape.length);
  const info: ValueInfo = { dtype, shape: [...shape.slice(0, axis), ...index.shape, ...shape.slice(axis + 1)] };
  const places = index.elements;
  if (!data.elements || !places?.every((at) => typeof at === "number")) return [info];
  const { elements } = data;
  return [{ ...info, elements: places.map((at) => elements[positive(at as number, elements.length)]) }];
};

const gatherNd: InferRule = ({ node, input }) => {
  const [{ dtype, shape }, { shape: index }] = [input(0), input(1)];
  const depth = index?.[index.length - 1];
  if (!shape || !index || typeof depth !== "number") return [{ dtype, shape: undefined }];
  return [{ dtype, shape: [...index.slice(0, -1), ...shape.slice(intAttribute(node, "batch_dims", 0) + depth)] }];
};

const expand: InferRule = ({ input }) => {
  const [{ dtype, shape }, { elements, shape: length }] = [input(0), input(1)];
  const count = length?.[0];
  const target =
    elements ?? (typeof count === "number" && count <= maxRank ? Array.from({ length: count }, unknownDim) : undefined);
  if (!shape || !target) return [{ dtype, shape: undefined }];
  const rank = Math.max(shape.length, target.length);
  const at = (list: readonly Dim[], i: number): Dim => list[i - (rank - list.length)] ?? 1;
  return [{ dtype, shape: Array.from({ length: rank }, (_, i) => broadcastDim(at(target, i), at(shape, i))) }];
};

const tile: InferRule = ({ input }) => {
  const [{ dtype, shape }, { elements: times }] = [input(0), input(1)];
  return [{ dtype, shape: shape?.map((side, i) => (times ? timesDim(side, times[i]) : unknownDim())) }];
};

const pad: InferRule = ({ node, input, numbers }) => {
  const { dtype, shape } = input(0);
  const pads = intsAttribute(node, "pads") ?? numbers(1);
  const axes = (node.inputs[3] ?? "") === "" ? shape?.map((_, i) => i) : numbers(3);
  if (!shape || !pads || !axes) return [{ dtype, shape: shape?.map(() => unknownDim()) }];
  const more = new Map(axes.map((axis, i) => [positive(axis, shape.length), pads[i] + pads[i + axes.length]]));
  return [{ dtype, shape: shape.map((side, i) => computedDim("+", side, more.get(i) ?? 0, (a, b) => a + b)) }].map(
    (info) => ({ ...info, shape: info.shape.map((side, i) => ((more.get(i) ?? 0) === 0 ? shape[i] : side)) }),
  );
};

const ofShape: InferRule = ({ node, input }) => {
  const value = node.attributes?.value;
  const dtype: ElementType = value && typeof value === "object" && "tensor" in value ? value.tensor.dtype : "float32";
  const { elements: shape } = input(0);
  const fill =
    value && typeof value === "object" && "tensor" in value ? constantInfo(value.tensor).elements?.[0] : undefined;
  const length = shape?.length === 1 ? shape[0] : undefined;
  const isList = typeof length === "number" && length <= 64 && fill !== undefined;
  return [{ dtype, shape, ...(isList ? { elements: new Array<Dim>(length).fill(fill) } : {}) }];
};

const blocks = (node: OnnxNode) => intAttribute(node, "blocksize", 1);
const depthToSpace: InferRule = ({ node, input }) => {
  const { dtype, shape } = input(0);
  const b = blocks(node);
  return [
    { dtype, shape: shape && [shape[0], dividedDim(shape[1], b * b), timesDim(shape[2], b), timesDim(shape[3], b)] },
  ];
};
const spaceToDepth: InferRule = ({ node, input }) => {
  const { dtype, shape } = input(0);
  const b = blocks(node);
  return [
    { dtype, shape: shape && [shape[0], timesDim(shape[1], b * b), dividedDim(shape[2], b), dividedDim(shape[3], b)] },
  ];
};

const likeIndex: InferRule = ({ input }) => [{ dtype: input(0).dtype, shape: input(1).shape }];

const topK: InferRule = ({ node, input }) => {
  const { dtype, shape } = input(0);
  const axis = positive(intAttribute(node, "axis", -1), shape?.length ?? 0);
  const count = input(1).elements?.[0] ?? unknownDim();
  const best = shape?.map((side, i) => (i === axis ? count : side));
  return [
    { dtype, shape: best },
    { dtype: "int64", shape: best },
  ];
};

/** How many places are kept is known only in a run. */
const compress: InferRule = ({ node, input }) => {
  const { dtype, shape } = input(0);
  const axis = node.attributes?.axis;
  if (typeof axis !== "number") return [{ dtype, shape: [unknownDim()] }];
  const at = positive(axis, shape?.length ?? 0);
  return [{ dtype, shape: shape?.map((side, i) => (i === at ? unknownDim() : side)) }];
};

const range: InferRule = ({ input }) => {
  const [start, end, step] = [0, 1, 2].map((i) => input(i).elements?.[0]);
  const areKnown = [start, end, step].every((side) => typeof side === "number");
  const length = areKnown ? Math.max(0, Math.ceil((Number(end) - Number(start)) / Number(step))) : unknownDim();
  return [{ dtype: input(0).dtype, shape: [start === 0 && step === 1 && end !== undefined ? end : length] }];
};

/** Operators that move data or make it from shapes. */
export const dataRules: Readonly<Record<string, InferRule>> = {
  Constant: constant,
  Shape: shapeOp,
  Size: size,
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: slice,
  Gather: gather,
  GatherElements: likeIndex,
  GatherND: gatherNd,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  ConstantOfShape: ofShape,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Compress: compress,
  TopK: topK,
  Range: range,
};
