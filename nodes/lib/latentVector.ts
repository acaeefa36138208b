import { fromNumbers, full, repeatRows } from "../../shared/tensor/index.ts";
import {
  type AnyTensor,
  dtypeOf,
  formatShape,
  isFloatTensor,
  sizeOf,
  type Tensor,
} from "../../shared/tensor/tensor.ts";

/**
 * Numbers for every value of a sample, in the shape and type of `like` [B, …]: one number for all values, as many as a
 * sample has, or a tensor of one sample or of as many as `like` has. Throws a sentence for another number.
 */
export function latentVector(given: readonly number[] | AnyTensor, like: Tensor): Tensor {
  const values = "shape" in given ? numbersOf(given) : given;
  const size = sizeOf(like.shape.slice(1));
  const dtype = dtypeOf(like);
  if (values.length === 1) return full(like.shape, values[0], dtype);
  if (values.length === size) return repeatRows(fromNumbers(values, [1, ...like.shape.slice(1)], dtype), like.shape[0]);
  if (values.length === like.data.length) return fromNumbers(values, like.shape, dtype);
  throw new Error(
    `${values.length} numbers are given for samples of ${formatShape(like.shape.slice(1))}. Give one, or ${size}.`,
  );
}

function numbersOf(tensor: AnyTensor): readonly number[] {
  return isFloatTensor(tensor) ? Array.from(tensor.data) : Array.from(tensor.data, Number);
}
