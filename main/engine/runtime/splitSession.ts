import type { PortInfo } from "../../../shared/model.ts";
import type { AnyTensor } from "../../../shared/tensor/tensor.ts";
import type { OnnxGraph, OnnxPort } from "../onnx/document.ts";
import { inferValues } from "../onnx/infer.ts";
import { type InputShapes, livenessOf, valuesAt } from "../onnx/liveness.ts";
import { partitioned, weightLoads } from "../onnx/partition.ts";
import type { Session } from "./session.ts";

type Feeds = Readonly<Record<string, AnyTensor>>;

/** Opens a graph over the weights of a file, or gives the open one. */
export type OpenPart = (name: string, graph: OnnxGraph) => Promise<Session>;

export interface SplitNetwork {
  readonly path: string;
  readonly label: string;
  /** All files that it reads, where that is more than its own. */
  readonly files?: readonly string[];
  graph(): OnnxGraph;
  /** Bytes of weights and values that there is memory for. */
  budget(): number;
  open: OpenPart;
}

/** Parts hold no less than this share of the budget, whatever a call's values take. */
const leastShare = 0.25;

/**
 * A network that is too large to be open as a whole: parts of it are opened one after the other, and run. The cuts are
 * made at the first call, for its shapes.
 */
export function splitSession({ path, label, files, graph, budget, open }: SplitNetwork): Session {
  const document = graph();
  let parts: readonly OnnxGraph[] | null = null;
  return {
    path,
    label,
    inputs: portsOf(document.inputs),
    outputs: portsOf(document.outputs),
    ...(files ? { files } : {}),
    document: graph,
    run: async (feeds) => {
      parts ??= partsByWeights(document, shapesOf(feeds), budget());
      const values = await runParts(parts, feeds, open);
      return Object.fromEntries(document.outputs.map(({ name }) => [name, values.get(name)!]));
    },
    release: async () => {},
  };
}

/** A graph in parts whose weights fit beside the values of a call. */
export function partsByWeights(graph: OnnxGraph, shapes: InputShapes, budget: number): OnnxGraph[] {
  const liveness = livenessOf(graph, valuesAt(graph, shapes));
  const limit = Math.max(budget - liveness.peak, leastShare * budget);
  return partitioned(graph, {
    infos: inferValues(graph, graph.opset, graph.values),
    liveness,
    loads: weightLoads(graph),
    limit,
  });
}

/** Runs parts in turn: all values that were handed on, and the outputs. */
export async function runParts(
  parts: readonly OnnxGraph[],
  feeds: Feeds,
  open: OpenPart,
): Promise<Map<string, AnyTensor>> {
  const values = new Map<string, AnyTensor>(Object.entries(feeds));
  for (const [i, part] of parts.entries()) {
    const session = await open(`part ${i + 1} of ${parts.length}`, part);
    const own = Object.fromEntries(part.inputs.map(({ name }) => [name, values.get(name)!]));
    await session.prepare?.(own);
    for (const [name, value] of Object.entries(await session.run(own))) values.set(name, value);
  }
  return values;
}

export function shapesOf(feeds: Feeds): InputShapes {
  return Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
}

export function portsOf(ports: readonly OnnxPort[]): Record<string, PortInfo> {
  return Object.fromEntries(
    ports.map(({ name, dtype, shape }) => [
      name,
      { dtype, shape: (shape ?? []).map((side) => (typeof side === "number" ? side : null)) },
    ]),
  );
}
