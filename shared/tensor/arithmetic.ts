import { checkSame, mapped, traced, widest, zipped } from "./kernel.ts";
import { allocate, dtypeOf, type FloatType, type Tensor } from "./tensor.ts";

/** a + b, same shape. */
export function add(a: Tensor, b: Tensor): Tensor {
  return traced(
    "add",
    [a, b],
    zipped(a, b, (x, y) => x + y),
    (g) => [g, g],
  );
}

/** a − b, same shape. */
export function sub(a: Tensor, b: Tensor): Tensor {
  return traced(
    "sub",
    [a, b],
    zipped(a, b, (x, y) => x - y),
    (g) => [g, scale(g, -1)],
  );
}

/** a · b element by element. */
export function mul(a: Tensor, b: Tensor): Tensor {
  return traced(
    "mul",
    [a, b],
    zipped(a, b, (x, y) => x * y),
    (g) => [mul(g, b), mul(g, a)],
  );
}

/** a / b element by element. */
export function div(a: Tensor, b: Tensor): Tensor {
  const result = zipped(a, b, (x, y) => x / y);
  return traced("div", [a, b], result, (g) => [div(g, b), scale(div(mul(g, result), b), -1)]);
}

/** x · factor; the factor is a constant. */
export function scale(x: Tensor, factor: number): Tensor {
  const data = allocate(dtypeOf(x), x.data.length);
  const values = x.data;
  for (let i = 0; i < data.length; i++) data[i] = values[i] * factor;
  return traced("scale", [x], { data, shape: x.shape }, (g) => [scale(g, factor)]);
}

/** factor · x + offset, in one pass; both are constants. */
export function affine(x: Tensor, factor: number, offset: number): Tensor {
  const data = allocate(dtypeOf(x), x.data.length);
  const values = x.data;
  for (let i = 0; i < data.length; i++) data[i] = values[i] * factor + offset;
  return traced("affine", [x], { data, shape: x.shape }, (g) => [scale(g, factor)]);
}

/** x + constant. */
export function shift(x: Tensor, constant: number): Tensor {
  return affine(x, 1, constant);
}

/** x + factor · d, in one pass; rounds once in float32. */
export function addScaled(x: Tensor, d: Tensor, factor: number): Tensor {
  return combine(x, 1, d, factor);
}

/** a · x + b · y, in one pass: the step of every sampler, so a plain loop. */
export function combine(x: Tensor, a: number, y: Tensor, b: number): Tensor {
  checkSame(x, y);
  const data = allocate(widest(x, y), x.data.length);
  const u = x.data;
  const v = y.data;
  for (let i = 0; i < data.length; i++) data[i] = a * u[i] + b * v[i];
  return traced("combine", [x, y], { data, shape: x.shape }, (g) => [scale(g, a), scale(g, b)]);
}

/** weak + scale · (strong − weak); exactly strong at 1 and weak at 0. */
export function extrapolate(weak: Tensor, strong: Tensor, amount: number): Tensor {
  if (amount === 1) return strong;
  if (amount === 0) return weak;
  checkSame(weak, strong);
  const data = allocate(widest(weak, strong), weak.data.length);
  const [u, s] = [weak.data, strong.data];
  for (let i = 0; i < data.length; i++) data[i] = u[i] + amount * (s[i] - u[i]);
  return traced("extrapolate", [weak, strong], { data, shape: weak.shape }, (g) => [
    scale(g, 1 - amount),
    scale(g, amount),
  ]);
}

/** Half the sum. */
export function mean2(a: Tensor, b: Tensor): Tensor {
  return combine(a, 0.5, b, 0.5);
}

/** Values cut to low..high; the gradient passes only inside. */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  const result = mapped(x, (value) => Math.min(high, Math.max(low, value)));
  return traced("clamp", [x], result, (g) => [
    mul(
      g,
      mapped(x, (value) => (value >= low && value <= high ? 1 : 0)),
    ),
  ]);
}

/** |x|. */
export function abs(x: Tensor): Tensor {
  return traced("abs", [x], mapped(x, Math.abs), (g) => [mul(g, mapped(x, Math.sign))]);
}

/** x². */
export function square(x: Tensor): Tensor {
  return traced(
    "square",
    [x],
    mapped(x, (value) => value * value),
    (g) => [scale(mul(g, x), 2)],
  );
}

/** √x. */
export function sqrt(x: Tensor): Tensor {
  const result = mapped(x, Math.sqrt);
  return traced("sqrt", [x], result, (g) => [scale(div(g, result), 0.5)]);
}

/** eˣ. */
export function exp(x: Tensor): Tensor {
  const result = mapped(x, Math.exp);
  return traced("exp", [x], result, (g) => [mul(g, result)]);
}

/** Natural logarithm. */
export function log(x: Tensor): Tensor {
  return traced("log", [x], mapped(x, Math.log), (g) => [div(g, x)]);
}

/** log(1 / (1 + e⁻ˣ)), stable for large |x|. */
export function logSigmoid(x: Tensor): Tensor {
  const result = mapped(x, (value) => Math.min(0, value) - Math.log1p(Math.exp(-Math.abs(value))));
  return traced("logSigmoid", [x], result, (g) => [
    mul(
      g,
      mapped(x, (value) => 1 / (1 + Math.exp(value))),
    ),
  ]);
}

/** The same values in another float type. */
export function cast(x: Tensor, dtype: FloatType): Tensor {
  if (dtypeOf(x) === dtype) return x;
  const data = dtype === "float64" ? Float64Array.from(x.data) : Float32Array.from(x.data);
  return traced("cast", [x], { data, shape: x.shape }, (g) => [cast(g, dtypeOf(x))]);
}

/** Whether every value is exactly 0. */
export function allZero(x: Tensor): boolean {
  return x.data.every((value) => value === 0);
}

/** Whether every value is finite. */
export function allFinite(x: Tensor): boolean {
  for (let i = 0; i < x.data.length; i++) if (!Number.isFinite(x.data[i])) return false;
  return true;
}
