import { allocate, type FloatType, sizeOf, type Tensor } from "./tensor.ts";

/** Zeros of a shape. */
export function zeros(shape: readonly number[], dtype: FloatType = "float32"): Tensor {
  return { data: allocate(dtype, sizeOf(shape)), shape };
}

/** A tensor filled with one value, or an image batch [B, C, H, W] filled with one value for each channel. */
export function full(
  shape: readonly number[],
  value: number | readonly number[],
  dtype: FloatType = "float32",
): Tensor {
  const result = zeros(shape, dtype);
  if (typeof value === "number") {
    result.data.fill(value);
    return result;
  }
  const plane = sizeOf(shape.slice(2));
  for (let i = 0; i * plane < result.data.length; i++)
    result.data.fill(value[i % shape[1]], i * plane, (i + 1) * plane);
  return result;
}

/** A tensor of given numbers. */
export function fromNumbers(
  values: readonly number[],
  shape: readonly number[] = [values.length],
  dtype: FloatType = "float32",
): Tensor {
  const data = dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values);
  return { data, shape };
}
