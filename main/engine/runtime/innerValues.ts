import { basename } from "node:path";
import { trimmed } from "../grad/differentiate.ts";
import { isFloatType, type OnnxGraph, type OnnxPort } from "../onnx/document.ts";
import { inferValues } from "../onnx/infer.ts";

/** How many names a sentence lists. */
const named = 8;

/**
 * The graph with the named values as its only outputs, and nothing that they do not need; inner values of any node can be
 * named. Throws a sentence for a name that no value has, or whose values are no floats.
 */
export function withOutputs(graph: OnnxGraph, names: readonly string[], path: string): OnnxGraph {
  const infos = inferValues(graph, graph.opset, graph.values);
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const outputs = names.map((name): OnnxPort => {
    const stated = graph.outputs.find((output) => output.name === name);
    if (stated) return stated;
    if (!made.has(name)) throw new Error(`${basename(path)} has no value “${name}”. ${suggestion(graph, infos)}`);
    const dtype = infos.get(name)?.dtype ?? "float32";
    if (!isFloatType(dtype)) throw new Error(`“${name}” of ${basename(path)} holds ${dtype}, no features.`);
    return { name, dtype, shape: null };
  });
  return trimmed({ ...graph, outputs });
}

/** Outputs, and some of the inner values that look like features: floats with places and channels. */
function suggestion(graph: OnnxGraph, infos: ReturnType<typeof inferValues>): string {
  const features = graph.nodes.flatMap(({ outputs }) =>
    outputs.filter((name) => {
      const { dtype, shape } = infos.get(name) ?? {};
      return isFloatType(dtype) && (shape?.length === 3 || shape?.length === 4);
    }),
  );
  const step = Math.max(1, Math.floor(features.length / named));
  const some = features.filter((_, i) => i % step === 0).slice(0, named);
  const outputs = graph.outputs.map(({ name }) => name).join(", ");
  return `Its outputs are ${outputs}${some.length > 0 ? `, and among its inner values are ${some.join(", ")}` : ""}.`;
}
