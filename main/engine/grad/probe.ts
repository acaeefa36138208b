import type { AnyTensor } from "../../../shared/tensor/tensor.ts";
import type { OnnxGraph, OnnxPort } from "../onnx/document.ts";

/** Sides for inputs whose sides a model leaves open, by the input's name. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** Normal numbers that are the same in every run (a multiplicative congruence, and Box and Muller's transform). */
export function normalNumbers(count: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 1) % 2147483647 || 1;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return Float32Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()));
}

/**
 * Inputs to try a model with: normal noise, ones for whole numbers and masks, 500 for timesteps. Open sides get the batch
 * where they come first, else a usual small size; equal names of sides are equal sizes.
 */
export function probeFeeds(graph: OnnxGraph, shapes: Shapes, batch: number): Record<string, AnyTensor> {
  const sizes = new Map<string, number>();
  return Object.fromEntries(
    graph.inputs.map((port, i) => {
      const shape = shapes.get(port.name) ?? (port.shape ?? []).map((_, axis) => sideOf(port, axis, sizes, batch));
      port.shape?.forEach((side, axis) => {
        if (typeof side === "string" && side !== "") sizes.set(side, shape[axis]);
      });
      const count = shape.reduce((product, side) => product * side, 1);
      return [port.name, { data: contents(port, count, i), shape }];
    }),
  );
}

function contents({ name, dtype }: OnnxPort, count: number, seed: number): Float32Array {
  if (/time|sigma/i.test(name)) return new Float32Array(count).fill(500);
  if (dtype.startsWith("float") || dtype === "bfloat16") return normalNumbers(count, seed + 7);
  return new Float32Array(count).fill(1);
}

function sideOf({ shape, dtype }: OnnxPort, axis: number, sizes: ReadonlyMap<string, number>, batch: number): number {
  const side = shape![axis];
  if (typeof side === "number") return side;
  const known = side === "" ? undefined : sizes.get(side);
  if (known !== undefined) return known;
  if (axis === 0) return batch;
  if (shape!.length === 4) return shape![1] === 3 ? 64 : 16;
  return dtype.startsWith("int") ? 77 : 16;
}
