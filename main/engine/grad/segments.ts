import { readsOf } from "../onnx/captures.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import { type InputShapes, livenessOf, valueBytes, valuesAt } from "../onnx/liveness.ts";
import { partitioned } from "../onnx/partition.ts";
import { activeNodes } from "./activity.ts";
import { differentiate, trimmed } from "./differentiate.ts";
import { prepared } from "./prepare.ts";

/** A segment of a network, with the part that it plays on the way back. */
export interface Segment {
  readonly forward: OnnxGraph;
  /** Outputs whose cotangents come back to it, and inputs that it hands them on to. */
  readonly of: readonly string[];
  readonly wrt: readonly string[];
  /** Its gradient graph: its inputs and cotangents in, gradients of `wrt` out. Null where none passes through it. */
  readonly backward: OnnxGraph | null;
}

/**
 * A network in `count` segments for a gradient that keeps only what passes from one to the next and computes the values
 * within a segment again on the way back (recomputation; arXiv:1604.06174). Cuts are made by the memory that values take
 * in a call with inputs of the given sides. Throws a GradientError like `differentiate`.
 */
export function segmentsOf(
  model: OnnxGraph,
  { of, wrt }: { readonly of: string; readonly wrt: readonly string[] },
  shapes: InputShapes,
  count: number,
): Segment[] {
  const { graph: whole, infos } = prepared(model, wrt);
  const active = activeNodes(whole, infos, { of: [of], wrt });
  const graph = trimmed({ ...whole, outputs: whole.outputs.filter(({ name }) => name === of), values: [] });
  const sizes = valuesAt(graph, shapes);
  const loads = graph.nodes.map((node) => node.outputs.reduce((sum, name) => sum + valueBytes(sizes.get(name)), 0));
  const limit = loads.reduce((sum, load) => sum + load, 0) / count;
  const parts = partitioned(graph, { infos, liveness: livenessOf(graph, sizes), loads, limit });
  const wanted = new Set([of]);
  const segments: Segment[] = [];
  for (const forward of [...parts].reverse()) {
    const nodes = forward.nodes.filter((node) => active.nodes.has(node));
    const made = new Set(nodes.flatMap((node) => node.outputs));
    const read = new Set(nodes.flatMap(readsOf));
    const ends = forward.outputs.map(({ name }) => name).filter((name) => made.has(name) && wanted.has(name));
    const starts = forward.inputs.map(({ name }) => name).filter((name) => read.has(name) && active.values.has(name));
    for (const name of starts) wanted.add(name);
    const hasWay = ends.length > 0 && starts.length > 0;
    const backward = hasWay ? differentiate(forward, { of: ends, wrt: starts, keepsOutputs: false }) : null;
    segments.unshift({ forward, of: ends, wrt: starts, backward });
  }
  return segments;
}
