import { allocate, dtypeOf, type FloatType, formatShape, type Origin, type Tensor } from "./tensor.ts";

/** Marks a tensor as one that a derivative is wanted for. */
export function track(tensor: Tensor): Tensor {
  return { data: tensor.data, shape: tensor.shape, origin: { kernel: "leaf", inputs: [], pullback: () => [] } };
}

/** The same values without their history. */
export function detach(tensor: Tensor): Tensor {
  return tensor.origin ? { data: tensor.data, shape: tensor.shape } : tensor;
}

/**
 * Attaches a pullback to a kernel's result if any input is tracked; untracked runs pay one check. The pullback maps the
 * cotangent of the result to one for each input (null where none is needed).
 */
export function traced(
  kernel: string,
  inputs: readonly Tensor[],
  result: Tensor,
  pullback: Origin["pullback"],
): Tensor {
  if (!inputs.some((input) => input.origin)) return result;
  const origin: Origin = { kernel, inputs, pullback };
  return { ...result, origin };
}

/** Same-shaped result computed element by element. */
export function mapped(x: Tensor, f: (value: number) => number): Tensor {
  const data = allocate(dtypeOf(x), x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = f(x.data[i]);
  return { data, shape: x.shape };
}

/** Throws unless two tensors have as many axes and values. */
export function checkSame(a: Tensor, b: Tensor): void {
  if (a.data.length === b.data.length && a.shape.length === b.shape.length) return;
  throw new RangeError(`Tensors of ${formatShape(a.shape)} and ${formatShape(b.shape)} do not fit together.`);
}

/** The wider of two float types. */
export function widest(a: Tensor, b: Tensor): FloatType {
  return dtypeOf(a) === "float64" || dtypeOf(b) === "float64" ? "float64" : "float32";
}

/** Result of two same-shaped tensors computed element by element, in the wider of their types. */
export function zipped(a: Tensor, b: Tensor, f: (a: number, b: number) => number): Tensor {
  checkSame(a, b);
  const data = allocate(widest(a, b), a.data.length);
  for (let i = 0; i < data.length; i++) data[i] = f(a.data[i], b.data[i]);
  return { data, shape: a.shape };
}
