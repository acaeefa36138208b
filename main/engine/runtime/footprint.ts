import { elementBytes, isFloatType, type OnnxGraph } from "../onnx/document.ts";
import { type InputShapes, livenessOf, valuesAt } from "../onnx/liveness.ts";

/**
 * Memory that the weights of an open network take. What is not float32 is unfolded to it beside the stored bytes when the
 * network is opened.
 */
export function weightBytes({ weights }: Pick<OnnxGraph, "weights">): number {
  return weights.reduce((sum, { dtype, shape, data }) => {
    const isNarrow = elementBytes(dtype) < 4 && (isFloatType(dtype) || dtype.startsWith("float8"));
    return sum + data.length + (isNarrow ? shape.reduce((size, side) => size * side, 4) : 0);
  }, 0);
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
