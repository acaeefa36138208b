import type { Conditioning } from "../../shared/model.ts";
import type { AnyTensor } from "../../shared/tensor/tensor.ts";

/** The array of anything that has one: a tensor itself, the context of a conditioning, a list of numbers (float64). */
export function tensorOf(value: AnyTensor | Conditioning | readonly number[] | number): AnyTensor {
  if (typeof value === "number") return { data: Float64Array.of(value), shape: [] };
  if ("context" in value) return value.context;
  if ("data" in value) return value;
  return { data: Float64Array.from(value), shape: [value.length] };
}
