import { bytesOfNumbers } from "../onnx/builder.ts";
import type { ElementType, OnnxGraph, OnnxNode, OnnxWeight } from "../onnx/document.ts";
import { GradientError } from "./error.ts";
import { raisedNode, workOpset } from "./raise.ts";

const [oldest, newest] = [9, 23];

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
  const nodes = inOrder(model).flatMap((node) =>
    constantsOut(node, add).flatMap((one) => raisedNode(one, model.opset, add)),
  );
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
