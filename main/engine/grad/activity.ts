import { readsOf } from "../onnx/captures.ts";
import { isFloatType, type OnnxGraph, type OnnxNode } from "../onnx/document.ts";
import type { ValueInfo } from "../onnx/valueInfo.ts";
import { GradientError, labelOf } from "./error.ts";
import { gradientRules } from "./rules.ts";

export interface Active {
  readonly nodes: ReadonlySet<OnnxNode>;
  /** Values that depend on what gradients are wanted for, along values that have a slope. */
  readonly values: ReadonlySet<string>;
}

interface Ends {
  readonly of: readonly string[];
  readonly wrt: readonly string[];
}

type Infos = ReadonlyMap<string, ValueInfo>;

/** Operators whose outputs have no slope end a way. */
export function stopsAt(node: OnnxNode): boolean {
  return (node.domain ?? "") === "" && (gradientRules.get(node.op)?.about.startsWith("0:") ?? false);
}

/**
 * Nodes on a way from a wanted input to a wanted output, along values that have a slope. Throws a GradientError for an
 * input that outputs depend on only through operators without a slope.
 */
export function activeNodes(graph: OnnxGraph, infos: Infos, ends: Ends): Active {
  const values = reached(graph, infos, ends.wrt);
  const needed = new Set(ends.of);
  const nodes = new Set<OnnxNode>();
  for (const node of [...graph.nodes].reverse()) {
    const isOn = node.outputs.some((name) => needed.has(name) && values.has(name));
    const read = readsOf(node).filter((name) => values.has(name));
    if (!isOn || read.length === 0) continue;
    nodes.add(node);
    for (const name of read) needed.add(name);
  }
  for (const name of ends.wrt) if (!needed.has(name)) refuseFlat(graph, infos, name, ends.of);
  return { nodes, values };
}

/** Values that depend on others along values that have a slope. */
function reached(graph: OnnxGraph, infos: Infos, from: readonly string[]): Set<string> {
  const values = new Set(from);
  for (const node of graph.nodes) {
    if (stopsAt(node) || !readsOf(node).some((name) => values.has(name))) continue;
    for (const name of node.outputs) {
      const dtype = infos.get(name)?.dtype;
      if (name !== "" && (dtype === undefined || isFloatType(dtype))) values.add(name);
    }
  }
  return values;
}

/** Nothing comes back to an input. Fine if outputs do not depend on it; else names the operator that has no slope. */
function refuseFlat(graph: OnnxGraph, infos: Infos, input: string, of: readonly string[]): void {
  const sloped = reached(graph, infos, [input]);
  const any = new Set([input]);
  for (const node of graph.nodes) {
    if (readsOf(node).some((name) => any.has(name))) for (const name of node.outputs) any.add(name);
  }
  const needed = new Set(of);
  let stop: OnnxNode | undefined;
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name) && any.has(name))) continue;
    const read = readsOf(node).filter((name) => any.has(name));
    for (const name of read) needed.add(name);
    if (read.some((name) => sloped.has(name)) && !node.outputs.some((name) => sloped.has(name))) stop ??= node;
  }
  if (!stop) return;
  throw new GradientError(
    `The output depends on “${input}” only through node “${labelOf(stop)}” (${stop.op}), which has no slope. ` +
      "Take another output, or a reward without gradient.",
  );
}
