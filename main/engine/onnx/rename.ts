import type { OnnxAttribute, OnnxBody, OnnxNode, OnnxWeight } from "./document.ts";

/** A node with other names for the values that it and its inner graphs read and make. */
export function renamedNode(node: OnnxNode, rename: (name: string) => string): OnnxNode {
  const inner = (value: OnnxAttribute): OnnxAttribute =>
    typeof value === "object" && "graph" in value ? { graph: renamedBody(value.graph, rename) } : value;
  const attributes = Object.fromEntries(
    Object.entries(node.attributes ?? {}).map(([key, value]) => [key, inner(value)]),
  );
  return { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename), attributes };
}

function renamedBody(body: OnnxBody, rename: (name: string) => string): OnnxBody {
  const named = <T extends { readonly name: string }>(list: readonly T[]) =>
    list.map((one) => ({ ...one, name: rename(one.name) }));
  return {
    ...body,
    nodes: body.nodes.map((node) => renamedNode(node, rename)),
    weights: named(body.weights),
    inputs: named(body.inputs),
    outputs: named(body.outputs),
  };
}

/** A graph with each of its weights changed, those of constants and inner graphs too. */
export function mappedWeights<T extends OnnxBody>(body: T, change: (weight: OnnxWeight) => OnnxWeight): T {
  const changed = (value: OnnxAttribute): OnnxAttribute => {
    if (typeof value !== "object") return value;
    if ("tensor" in value) return { tensor: change(value.tensor) };
    return "graph" in value ? { graph: mappedWeights(value.graph, change) } : value;
  };
  const nodes = body.nodes.map((node) => ({
    ...node,
    attributes: Object.fromEntries(Object.entries(node.attributes ?? {}).map(([key, value]) => [key, changed(value)])),
  }));
  return { ...body, nodes, weights: body.weights.map(change) };
}
