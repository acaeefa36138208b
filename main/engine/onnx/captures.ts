import type { OnnxBody, OnnxNode } from "./document.ts";

/** The graphs that a node carries: branches and loop bodies. */
export function bodiesOf({ attributes = {} }: OnnxNode): readonly OnnxBody[] {
  return Object.values(attributes).flatMap((value) =>
    typeof value === "object" && "graph" in value ? [value.graph] : [],
  );
}

/** Every value that a node reads: its inputs, and what its inner graphs take from around them. */
export function readsOf(node: OnnxNode): readonly string[] {
  const bodies = bodiesOf(node);
  return bodies.length === 0 ? node.inputs : [...node.inputs, ...bodies.flatMap(captured)];
}

function captured({ nodes, weights, inputs, outputs }: OnnxBody): string[] {
  const own = new Set(["", ...inputs, ...weights].map((one) => (typeof one === "string" ? one : one.name)));
  for (const node of nodes) for (const name of node.outputs) own.add(name);
  return [...nodes.flatMap(readsOf), ...outputs.map(({ name }) => name)].filter((name) => !own.has(name));
}
