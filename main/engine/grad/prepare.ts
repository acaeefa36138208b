import { bytesOfNumbers } from "../onnx/builder.ts";
import {
  type ElementType,
  intAttribute,
  intsAttribute,
  type OnnxAttributes,
  type OnnxGraph,
  type OnnxNode,
  type OnnxWeight,
} from "../onnx/document.ts";
import { GradientError } from "./error.ts";

/** Rules build for this operator set; older models are raised to it. */
const workOpset = 18;
const [oldest, newest] = [11, 23];

/**
 * A model in the form that rules read: nodes in an order in which they can run, constants as weights, and operators of
 * older sets as those of set 18 (axes as inputs). Throws a GradientError for sets that are not known and for cycles.
 */
export function prepared(model: OnnxGraph): OnnxGraph {
  if (model.opset < oldest || model.opset > newest) {
    throw new GradientError(
      `Its operator set is ${model.opset}, but ${oldest} to ${newest} are supported. Export it again.`,
    );
  }
  const weights: OnnxWeight[] = [...model.weights];
  const add = (weight: OnnxWeight) => void weights.push(weight);
  const nodes = inOrder(model).flatMap((node) => raised(constantsOut(node, add), model.opset, add));
  return { ...model, nodes, weights, opset: Math.max(workOpset, model.opset) };
}

/** Nodes sorted so that each comes after what it reads. */
function inOrder({ nodes, inputs, weights }: OnnxGraph): OnnxNode[] {
  const known = new Set(["", ...inputs.map(({ name }) => name), ...weights.map(({ name }) => name)]);
  const isReady = (node: OnnxNode) => node.inputs.every((name) => known.has(name));
  const result: OnnxNode[] = [];
  let waiting = [...nodes];
  while (waiting.length > 0) {
    const rest: OnnxNode[] = [];
    for (const node of waiting) {
      if (!isReady(node)) {
        rest.push(node);
        continue;
      }
      result.push(node);
      for (const name of node.outputs) known.add(name);
    }
    if (rest.length === waiting.length) {
      const [stuck] = rest;
      const missing = stuck.inputs.find((name) => !known.has(name));
      throw new GradientError(
        `Node “${stuck.name || stuck.outputs[0]}” (${stuck.op}) reads “${missing}”, which nothing makes before it.`,
      );
    }
    waiting = rest;
  }
  return result;
}

/** A Constant node becomes a weight; others stay. */
function constantsOut(node: OnnxNode, add: (weight: OnnxWeight) => void): readonly OnnxNode[] {
  if (node.op !== "Constant") return [node];
  const [name] = node.outputs;
  const {
    value,
    value_float: float,
    value_int: whole,
    value_floats: floats,
    value_ints: wholes,
  } = node.attributes ?? {};
  const put = (dtype: ElementType, shape: readonly number[], numbers: readonly number[]) =>
    add({ name, dtype, shape, data: bytesOfNumbers(numbers, dtype) });
  if (value && typeof value === "object" && "tensor" in value) add({ ...value.tensor, name });
  else if (typeof whole === "number") put("int64", [], [whole]);
  else if (float && typeof float === "object" && "float" in float) put("float32", [], [float.float]);
  else if (Array.isArray(wholes)) put("int64", [wholes.length], wholes as readonly number[]);
  else if (floats && typeof floats === "object" && "floats" in floats)
    put("float32", [floats.floats.length], floats.floats);
  else return [node];
  return [];
}

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

function without(attributes: OnnxAttributes | undefined, name: string): OnnxAttributes {
  return Object.fromEntries(Object.entries(attributes ?? {}).filter(([key]) => key !== name));
}

/** Nodes of an older operator set, written as set 18 has them. */
function raised(nodes: readonly OnnxNode[], opset: number, add: (weight: OnnxWeight) => void): readonly OnnxNode[] {
  return opset >= workOpset ? nodes : nodes.flatMap((node) => raisedNode(node, opset, add));
}

function raisedNode(node: OnnxNode, opset: number, add: (weight: OnnxWeight) => void): readonly OnnxNode[] {
  if ((node.domain ?? "") !== "") return [node];
  const list = (suffix: string, numbers: readonly number[]) => {
    const name = `${node.outputs[0]}/${suffix}`;
    add({ name, dtype: "int64", shape: [numbers.length], data: bytesOfNumbers(numbers, "int64") });
    return name;
  };
  if (opset < (axesBecameInput[node.op] ?? 0)) {
    const axes = intsAttribute(node, "axes");
    const attributes = without(node.attributes, "axes");
    return [{ ...node, attributes, inputs: axes ? [node.inputs[0], list("axes", axes)] : node.inputs }];
  }
  if (node.op === "Split") return [raisedSplit(node, opset, list)];
  if (opset < 13 && (node.op === "Softmax" || node.op === "LogSoftmax")) return flatSoftmax(node);
  return [node];
}

function raisedSplit(
  node: OnnxNode,
  opset: number,
  list: (suffix: string, numbers: readonly number[]) => string,
): OnnxNode {
  const sizes = intsAttribute(node, "split");
  if (opset < 13 && sizes) {
    return { ...node, attributes: without(node.attributes, "split"), inputs: [node.inputs[0], list("split", sizes)] };
  }
  if ((node.inputs[1] ?? "") !== "") return node;
  return { ...node, attributes: { ...node.attributes, num_outputs: node.outputs.length } };
}

/** Before set 13 softmax saw its input as a matrix, split at the axis. */
function flatSoftmax(node: OnnxNode): readonly OnnxNode[] {
  const axis = intAttribute(node, "axis", 1);
  if (axis === -1) return [node];
  const [x] = node.inputs;
  const [y] = node.outputs;
  const inner = (suffix: string) => `${y}/${suffix}`;
  return [
    { op: "Shape", inputs: [x], outputs: [inner("shape")] },
    { op: "Flatten", inputs: [x], outputs: [inner("flat")], attributes: { axis } },
    { ...node, inputs: [inner("flat")], outputs: [inner("soft")], attributes: { axis: -1 } },
    { op: "Reshape", inputs: [inner("soft"), inner("shape")], outputs: [y] },
  ];
}
