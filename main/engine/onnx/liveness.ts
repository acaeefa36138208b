import { readsOf } from "./captures.ts";
import {
  elementBytes,
  isFloatType,
  type OnnxBody,
  type OnnxGraph,
  type OnnxNode,
  type OnnxWeight,
} from "./document.ts";
import { inferValues } from "./infer.ts";
import type { ValueInfo } from "./valueInfo.ts";

/** Operators whose result is their input under another shape: no memory of its own. */
const views: ReadonlySet<string> = new Set(["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Dropout"]);

/** Operators that the runtime lets write over an input that nothing reads any more. */
const overwriting: ReadonlySet<string> = new Set([
  ...["Add", "Sub", "Mul", "Div", "Neg", "Sigmoid", "Relu", "Tanh", "Exp", "Sqrt", "Softmax", "Clip", "LeakyRelu"],
  ...["Erf", "Gelu", "Abs", "Reciprocal", "Where"],
]);

/** Sides of graph inputs by name. */
export type InputShapes = Readonly<Record<string, readonly number[]>>;

/** How much memory the values of a graph take as its nodes run in order. Weights and graph inputs are not counted. */
export interface Liveness {
  /** Bytes while node i runs: its results and all that is read later. */
  readonly during: readonly number[];
  /** Bytes that node i leaves behind for later nodes and the graph's outputs. */
  readonly after: readonly number[];
  /** The most of `during`. */
  readonly peak: number;
}

/** Types and shapes of every value of a graph whose inputs have the given sides. */
export function valuesAt(graph: OnnxGraph, shapes: InputShapes): Map<string, ValueInfo> {
  const inputs = graph.inputs.map((port) => ({ ...port, shape: shapes[port.name] ?? port.shape }));
  return inferValues({ ...graph, inputs }, graph.opset, []);
}

/**
 * Memory that a weight of an open network takes. What is narrower than float32 is unfolded to it when the network is opened,
 * beside the stored bytes.
 */
export function weightMemory({ dtype, shape, data }: OnnxWeight): number {
  const isNarrow = elementBytes(dtype) < 4 && (isFloatType(dtype) || dtype.startsWith("float8"));
  return data.length + (isNarrow ? shape.reduce((size, side) => size * side, 4) : 0);
}

/** Bytes of one value; 0 where its size is not known. */
export function valueBytes(info: ValueInfo | undefined): number {
  if (!info?.shape?.every((side) => typeof side === "number")) return 0;
  return (info.shape as readonly number[]).reduce((size, side) => size * side, elementBytes(info.dtype ?? "float32"));
}

/** The memory that values take when nodes run in the order of the graph, as ONNX Runtime shares buffers on a CPU. */
export function livenessOf(graph: OnnxBody, infos: ReadonlyMap<string, ValueInfo>): Liveness {
  const storage = storages(graph);
  const sizes = new Map<string, number>();
  const last = lastReads(graph, storage);
  const during: number[] = [];
  const after: number[] = [];
  let live = 0;
  graph.nodes.forEach((node, i) => {
    const dying = [...new Set(readsOf(node).map((name) => storage.get(name)))].filter(
      (root): root is string => root !== undefined && last.get(root) === i && sizes.has(root),
    );
    const bytes = node.outputs.map((name) => (storage.get(name) === name ? valueBytes(infos.get(name)) : 0));
    const made = bytes.reduce((sum, one) => sum + one, 0);
    const isReused = overwriting.has(node.op) && dying.some((root) => sizes.get(root) === made);
    during.push(live + (isReused ? 0 : made));
    node.outputs.forEach((name, k) => {
      if (storage.get(name) !== name) return;
      // What nothing reads is gone at once.
      if ((last.get(name) ?? -1) <= i) return;
      sizes.set(name, bytes[k]);
      live += bytes[k];
    });
    for (const root of dying) {
      live -= sizes.get(root)!;
      sizes.delete(root);
    }
    after.push(live);
  });
  return { during, after, peak: during.reduce((most, one) => Math.max(most, one), 0) };
}

/** Which value each value shares its memory with: itself, or what it is a view of. Only values that nodes make. */
function storages({ nodes }: OnnxBody): Map<string, string> {
  const storage = new Map<string, string>();
  for (const node of nodes) {
    const source = isView(node) ? storage.get(node.inputs[0]) : undefined;
    for (const name of node.outputs) if (name !== "") storage.set(name, source ?? name);
  }
  return storage;
}

const isView = ({ op, domain }: OnnxNode) => !domain && views.has(op);

/** The last node that reads each storage; outputs of the graph are read after the last node. */
function lastReads({ nodes, outputs }: OnnxBody, storage: ReadonlyMap<string, string>): Map<string, number> {
  const last = new Map<string, number>();
  const read = (name: string, i: number) => {
    const root = storage.get(name);
    if (root !== undefined) last.set(root, i);
  };
  nodes.forEach((node, i) => {
    for (const name of readsOf(node)) read(name, i);
  });
  for (const { name } of outputs) read(name, nodes.length);
  return last;
}
