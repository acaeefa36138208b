import { add, cast, formatShape, full, mulSample, repeatRows, spreadChannels } from "../tensor/index.ts";
import { dtypeOf, type Tensor } from "../tensor/tensor.ts";

/** What a part of an expression is worth: a number, or a tensor whose first axis are the samples. */
export type Value = number | Tensor;

/** "a number" or "2 × 3 × 8 × 8", for messages. */
export function describe(value: Value): string {
  return typeof value === "number" ? "a number" : formatShape(value.shape);
}

/**
 * Two values as tensors of one shape: numbers fill it, one value a sample [B] goes to all its places, one channel to all
 * channels, one row to all samples. Throws a sentence where that does not help.
 */
export function matched(a: Value, b: Value): readonly [Tensor, Tensor] {
  if (typeof a === "number") {
    if (typeof b === "number") throw new TypeError("Two numbers need no shape.");
    return [full(b.shape, a, dtypeOf(b)), b];
  }
  if (typeof b === "number") return [a, full(a.shape, b, dtypeOf(a))];
  const [first, second] = [spreadTo(a, b), spreadTo(b, a)];
  const fit = first.shape.length === second.shape.length && first.shape.every((side, i) => side === second.shape[i]);
  if (!fit) throw new Error(`${describe(a)} and ${describe(b)} do not fit together.`);
  const wide = dtypeOf(first) === "float64" || dtypeOf(second) === "float64" ? "float64" : "float32";
  return [cast(first, wide), cast(second, wide)];
}

/** A tensor with the samples, channels and rank of another, where it has one of them. */
function spreadTo(x: Tensor, like: Tensor): Tensor {
  const batch = Math.max(x.shape[0], like.shape[0]);
  const rows = x.shape[0] === 1 && batch > 1 ? repeatRows(x, batch) : x;
  const rest = like.shape.slice(1);
  if (rows.shape.length === 1 && rest.length > 0)
    return mulSample(full([rows.shape[0], ...rest], 1, dtypeOf(rows)), rows);
  const oneChannel = rows.shape.length > 2 && rows.shape.length === like.shape.length && rows.shape[1] === 1;
  return oneChannel ? spreadChannels(rows, like.shape[1]) : rows;
}

/** One value for each of `batch` samples, [B]. Throws a sentence for anything else. */
export function perSample(value: Value, batch: number): Tensor {
  if (typeof value === "number") return full([batch], value, "float64");
  if (value.shape.length === 1 && value.shape[0] === batch) return value;
  if (value.shape.length === 1 && value.shape[0] === 1) return repeatRows(value, batch);
  throw new Error(
    `The expression gives ${describe(value)} values, not one for each of ${batch} samples. Put mean(…) around it.`,
  );
}

/** Adds a constant or a tensor. */
export function plus(a: Value, b: Value): Value {
  return typeof a === "number" && typeof b === "number" ? a + b : add(...matched(a, b));
}
