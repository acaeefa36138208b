import type { OnnxGraph } from "../onnx/document.ts";
import { type InputShapes, livenessOf, valuesAt, weightMemory } from "../onnx/liveness.ts";

/** Memory that the weights of an open network take. */
export function weightBytes({ weights }: Pick<OnnxGraph, "weights">): number {
  return weights.reduce((sum, weight) => sum + weightMemory(weight), 0);
}

/** Memory that the inner values of a graph take in one call with inputs of the given sides. */
export function callBytes(graph: OnnxGraph, shapes: InputShapes): number {
  return livenessOf(graph, valuesAt(graph, shapes)).peak;
}

/** `callBytes` that remembers the shapes it was asked for; the graph is made when it is first needed. */
export function rememberedCallBytes(graph: () => OnnxGraph): (shapes: InputShapes) => number {
  const known = new Map<string, number>();
  return (shapes) => {
    const key = JSON.stringify(shapes);
    let bytes = known.get(key);
    if (bytes === undefined) {
      bytes = callBytes(graph(), shapes);
      known.set(key, bytes);
    }
    return bytes;
  };
}
