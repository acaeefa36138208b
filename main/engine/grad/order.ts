import { readsOf } from "../onnx/captures.ts";
import type { OnnxGraph, OnnxNode } from "../onnx/document.ts";
import { GradientError, labelOf, shown } from "./error.ts";

const placeOf = (node: OnnxNode) => `“${labelOf(node)}” (${shown(node.op)})`;

/**
 * Nodes sorted so that each comes after what it reads; those that are in order stay. Throws a GradientError for a value
 * that nothing makes, that two nodes make, or that depends on itself.
 */
export function inOrder({ nodes, inputs, weights }: OnnxGraph): OnnxNode[] {
  const known = new Set(["", ...inputs.map(({ name }) => name), ...weights.map(({ name }) => name)]);
  const waiting = new Map<string, OnnxNode[]>();
  const missing = new Map<OnnxNode, number>();
  const result: OnnxNode[] = [];
  for (const node of nodes) {
    const open = [...new Set(readsOf(node))].filter((name) => !known.has(name));
    if (open.length === 0) emit(node);
    else missing.set(node, open.length);
    for (const name of open) {
      const others = waiting.get(name);
      if (others) others.push(node);
      else waiting.set(name, [node]);
    }
  }
  if (missing.size > 0) throw stuck([...missing.keys()][0], known);
  return result;

  /** Takes a node, and all that waited for it alone. */
  function emit(first: OnnxNode): void {
    const ready = [first];
    for (let node = ready.pop(); node; node = ready.pop()) {
      result.push(node);
      for (const name of node.outputs) {
        if (name === "") continue;
        if (known.has(name))
          throw new GradientError(`Node ${placeOf(node)} makes “${shown(name)}”, which exists already.`);
        known.add(name);
        for (const other of waiting.get(name) ?? []) {
          const left = missing.get(other)! - 1;
          missing.set(other, left);
          if (left > 0) continue;
          missing.delete(other);
          ready.push(other);
        }
        waiting.delete(name);
      }
    }
  }
}

function stuck(node: OnnxNode, known: ReadonlySet<string>): GradientError {
  const missing = shown(readsOf(node).find((name) => !known.has(name)) ?? "");
  return new GradientError(
    `Node ${placeOf(node)} reads “${missing}”, which nothing makes before it. The file is damaged, or its graph has a cycle.`,
  );
}
