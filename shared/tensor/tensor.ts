/** Float types that every kernel works in; model latents are float32, test beds float64. */
export type FloatType = "float32" | "float64";

/**
 * A dense tensor, row-major, of any rank; the first axis is the batch wherever there is one.
 * Tensors are immutable by convention: nobody writes to `data` of a tensor that was handed out.
 */
export interface Tensor {
  readonly data: Float32Array | Float64Array;
  readonly shape: readonly number[];
  /** Present on tensors that a derivative is wanted for: where this tensor comes from. */
  readonly origin?: Origin;
}

/** One entry of the tape: it hangs on its tensor, so evaluations may interleave freely. */
export interface Origin {
  readonly kernel: string;
  readonly inputs: readonly Tensor[];
  /** Maps the cotangent of the output (its shape) to one cotangent for each input, or null where none is needed. */
  pullback(cotangent: Tensor): readonly (Tensor | null)[] | Promise<readonly (Tensor | null)[]>;
}

/** Whole numbers: token ids, and what .npy files of type int64 hold. */
export interface IntTensor {
  readonly data: BigInt64Array;
  readonly shape: readonly number[];
}

export type AnyTensor = Tensor | IntTensor;

export function isFloatTensor(tensor: AnyTensor): tensor is Tensor {
  return !(tensor.data instanceof BigInt64Array);
}

/** "float32", "float64" or "int64". */
export function dtypeOf(tensor: Tensor): FloatType;
export function dtypeOf(tensor: AnyTensor): FloatType | "int64";
export function dtypeOf(tensor: AnyTensor): FloatType | "int64" {
  if (tensor.data instanceof BigInt64Array) return "int64";
  return tensor.data instanceof Float64Array ? "float64" : "float32";
}

/** Number of elements of a shape; 1 for rank 0. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** "1 × 4 × 16 × 16", as messages and tooltips show shapes. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? "scalar" : shape.join(" × ");
}

/** Wraps data in a tensor. Throws if the number of elements and the shape differ. */
export function tensor(data: Float32Array | Float64Array, shape: readonly number[]): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(`${data.length} values do not fill a tensor of ${formatShape(shape)}.`);
  }
  return { data, shape };
}

/** Allocates the array that holds `size` numbers of a float type. */
export function allocate(dtype: FloatType, size: number): Float32Array | Float64Array {
  return dtype === "float64" ? new Float64Array(size) : new Float32Array(size);
}
