import type { Footprint, ModelInfo } from "../../../shared/model.ts";
import { cotangentName, differentiate } from "../grad/differentiate.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import { valuesAt } from "../onnx/liveness.ts";
import { callBytes, weightBytes } from "./footprint.ts";

/** A network of a model, for forecasts. */
export interface ForecastGraph {
  readonly graph: OnnxGraph;
  /** Memory of all weights that belong to the part; those of the graph when absent. */
  readonly weights?: number;
}

/** Tokens of a prompt, where a graph leaves their number open. */
const usualTokens = 77;

/**
 * What the parts of a model take, by the names of their folders. Graphs are made when they are first asked for, and sizes
 * are remembered. What cannot be read has no forecast: the run will say why.
 */
export function footprintsOf(graphOf: (part: string) => ForecastGraph | null): NonNullable<ModelInfo["footprint"]> {
  const parts = new Map<string, ForecastGraph | null>();
  const known = new Map<string, Footprint | null>();
  const learn = (part: string, shape: readonly number[], isBackward: boolean): Footprint | null => {
    if (!parts.has(part)) parts.set(part, graphOf(part));
    const found = parts.get(part);
    if (!found) return null;
    const { graph, weights = weightBytes(graph) } = found;
    return { weights, values: isBackward ? gradientBytes(graph, shape) : callBytes(graph, feedShapes(graph, shape)) };
  };
  return (part, shape, isBackward) => {
    const key = `${part}|${shape}|${isBackward}`;
    if (!known.has(key)) {
      try {
        known.set(key, learn(part, shape, isBackward));
      } catch {
        known.set(key, null);
      }
    }
    return known.get(key) ?? null;
  };
}

/** Values of the gradient of the first output by the first input. */
function gradientBytes(graph: OnnxGraph, shape: readonly number[]): number {
  const [of, wrt] = [graph.outputs[0].name, graph.inputs[0].name];
  const shapes = feedShapes(graph, shape);
  const sides = valuesAt(graph, shapes).get(of)?.shape ?? [];
  const cotangent = sides.map((side) => (typeof side === "number" ? side : 1));
  const gradient = differentiate(graph, { of: [of], wrt: [wrt], keepsOutputs: false });
  return callBytes(gradient, { ...shapes, [cotangentName(of)]: cotangent });
}

/** Sides of all inputs for a first input of the given shape: open sides of one name are the same everywhere. */
function feedShapes({ inputs }: OnnxGraph, shape: readonly number[]): Record<string, readonly number[]> {
  const named = new Map((inputs[0]?.shape ?? []).flatMap((side, axis) => (side ? [[side, shape[axis]] as const] : [])));
  const open = (side: string | number | null, axis: number) =>
    named.get(side ?? "") ?? (axis === 0 ? shape[0] : usualTokens);
  return Object.fromEntries(
    inputs.map(({ name, shape: own }, i) => [
      name,
      i === 0 ? shape : (own ?? []).map((side, axis) => (typeof side === "number" ? side : open(side, axis))),
    ]),
  );
}
