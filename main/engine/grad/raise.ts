import { bytesOfNumbers } from "../onnx/builder.ts";
import {
  floatAttribute,
  intAttribute,
  intsAttribute,
  type OnnxAttributes,
  type OnnxNode,
  type OnnxWeight,
  textAttribute,
} from "../onnx/document.ts";

/** Rules build for this operator set; older models are raised to it. */
export const workOpset = 18;

const axesBecameInput: Readonly<Record<string, number>> = {
  Squeeze: 13,
  Unsqueeze: 13,
  ReduceSum: 13,
  ReduceMean: 18,
  ReduceMax: 18,
  ReduceMin: 18,
  ReduceProd: 18,
  ReduceL1: 18,
  ReduceL2: 18,
  ReduceSumSquare: 18,
  ReduceLogSum: 18,
  ReduceLogSumExp: 18,
};

function without(node: OnnxNode, ...names: readonly string[]): OnnxAttributes {
  return Object.fromEntries(Object.entries(node.attributes ?? {}).filter(([key]) => !names.includes(key)));
}

interface Raising {
  readonly node: OnnxNode;
  readonly opset: number;
  /** Whole numbers as a weight. */
  ints(suffix: string, numbers: readonly number[]): string;
  /** Single-precision numbers as a weight. */
  floats(suffix: string, numbers: readonly number[], shape?: readonly number[]): string;
  /** Name of an inner value. */
  inner(suffix: string): string;
}

/** A node of an older operator set, as set 18 has it. `add` takes weights that stood in attributes. */
export function raisedNode(node: OnnxNode, opset: number, add: (weight: OnnxWeight) => void): readonly OnnxNode[] {
  if ((node.domain ?? "") !== "" || opset >= workOpset) return [node];
  const inner = (suffix: string) => `${node.outputs[0]}/${suffix}`;
  const put = (suffix: string, dtype: "int64" | "float32", shape: readonly number[], numbers: readonly number[]) => {
    add({ name: inner(suffix), dtype, shape, data: bytesOfNumbers(numbers, dtype) });
    return inner(suffix);
  };
  const raising: Raising = {
    node,
    opset,
    inner,
    ints: (suffix, numbers) => put(suffix, "int64", [numbers.length], numbers),
    floats: (suffix, numbers, shape = [numbers.length]) => put(suffix, "float32", shape, numbers),
  };
  if (opset < (axesBecameInput[node.op] ?? 0)) return [withAxesInput(raising)];
  const raise = Object.hasOwn(raisers, node.op) ? raisers[node.op] : undefined;
  return raise ? raise(raising) : [node];
}

function withAxesInput({ node, ints }: Raising): OnnxNode {
  const axes = intsAttribute(node, "axes");
  return axes ? { ...node, attributes: without(node, "axes"), inputs: [node.inputs[0], ints("axes", axes)] } : node;
}

type Raiser = (raising: Raising) => readonly OnnxNode[];

const split: Raiser = ({ node, opset, ints }) => {
  const sizes = intsAttribute(node, "split");
  if (opset < 13 && sizes) {
    return [{ ...node, attributes: without(node, "split"), inputs: [node.inputs[0], ints("split", sizes)] }];
  }
  if ((node.inputs[1] ?? "") !== "") return [node];
  return [{ ...node, attributes: { ...node.attributes, num_outputs: node.outputs.length } }];
};

/** Before set 13 softmax saw its input as a matrix, split at the axis. */
const flatSoftmax: Raiser = ({ node, opset, inner }) => {
  const axis = intAttribute(node, "axis", 1);
  if (opset >= 13 || axis === -1) return [node];
  const [x] = node.inputs;
  return [
    { op: "Shape", inputs: [x], outputs: [inner("shape")] },
    { op: "Flatten", inputs: [x], outputs: [inner("flat")], attributes: { axis } },
    { ...node, inputs: [inner("flat")], outputs: [inner("soft")], attributes: { axis: -1 } },
    { op: "Reshape", inputs: [inner("soft"), inner("shape")], outputs: node.outputs },
  ];
};

/** Bounds and values stood in single precision; as inputs they have the type of x. */
function typed({ node, floats, inner }: Raising, name: string, absent: number): [string, OnnxNode] {
  const bare = floats(`${name}/single`, [floatAttribute(node, name, absent)], []);
  return [inner(name), { op: "CastLike", inputs: [bare, node.inputs[0]], outputs: [inner(name)] }];
}

const clip: Raiser = (raising) => {
  const { node, opset } = raising;
  if (opset >= 11) return [node];
  const bounds = ["min", "max"].map((name) => (node.attributes?.[name] === undefined ? null : typed(raising, name, 0)));
  const inputs = [node.inputs[0], ...bounds.map((bound) => bound?.[0] ?? "")];
  return [...bounds.flatMap((bound) => bound?.[1] ?? []), { ...node, inputs, attributes: {} }];
};

const pad: Raiser = (raising) => {
  const { node, opset, ints } = raising;
  if (opset >= 11) return [node];
  const [value, cast] = typed(raising, "value", 0);
  const inputs = [node.inputs[0], ints("pads", intsAttribute(node, "pads") ?? []), value];
  return [cast, { ...node, inputs, attributes: without(node, "pads", "value") }];
};

const slice: Raiser = ({ node, opset, ints }) => {
  const [starts, ends] = [intsAttribute(node, "starts"), intsAttribute(node, "ends")];
  if (opset >= 10 || !starts || !ends) return [node];
  const axes = intsAttribute(node, "axes") ?? starts.map((_, i) => i);
  const inputs = [node.inputs[0], ints("starts", starts), ints("ends", ends), ints("axes", axes)];
  return [{ ...node, inputs, attributes: {} }];
};

const topK: Raiser = ({ node, opset, ints }) => {
  if (opset >= 10) return [node];
  return [
    { ...node, inputs: [node.inputs[0], ints("k", [intAttribute(node, "k", 1)])], attributes: without(node, "k") },
  ];
};

/** Upsample and the first Resize repeat pixels from the corner on. */
const upsample: Raiser = ({ node, opset, floats }) => {
  if (node.op === "Resize" && opset >= 11) return [node];
  const given = node.attributes?.scales;
  const scales = typeof given === "object" && "floats" in given ? floats("scales", given.floats) : node.inputs[1];
  const attributes = {
    mode: textAttribute(node, "mode", "nearest"),
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  };
  return [{ ...node, op: "Resize", inputs: [node.inputs[0], "", scales], attributes }];
};

const dropout: Raiser = ({ node, opset }) => {
  if (opset >= 12) return [node];
  return [{ ...node, attributes: {} }];
};

const batchNorm: Raiser = ({ node, opset }) => {
  if (opset >= 14) return [node];
  return [{ ...node, outputs: node.outputs.slice(0, 1), attributes: without(node, "spatial") }];
};

const raisers: Readonly<Record<string, Raiser>> = {
  Split: split,
  Softmax: flatSoftmax,
  LogSoftmax: flatSoftmax,
  Hardmax: flatSoftmax,
  Clip: clip,
  Pad: pad,
  Slice: slice,
  TopK: topK,
  Upsample: upsample,
  Resize: upsample,
  Dropout: dropout,
  BatchNormalization: batchNorm,
  Scatter: ({ node }) => [{ ...node, op: "ScatterElements" }],
};
