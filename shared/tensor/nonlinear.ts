import { mul } from "./arithmetic.ts";
import { mapped, traced, zipped } from "./kernel.ts";
import type { Tensor } from "./tensor.ts";

/** An element-by-element function with its derivative, both of the value of x. */
function curved(kernel: string, x: Tensor, f: (value: number) => number, slope: (value: number) => number): Tensor {
  return traced(kernel, [x], mapped(x, f), (g) => [mul(g, mapped(x, slope))]);
}

/** xᵖ for a constant p; as Math.pow, so fractions of negative numbers are not a number. */
export function power(x: Tensor, p: number): Tensor {
  return curved(
    "power",
    x,
    (value) => value ** p,
    (value) => (p === 0 ? 0 : p * value ** (p - 1)),
  );
}

/** The hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return curved("tanh", x, Math.tanh, (value) => 1 - Math.tanh(value) ** 2);
}

/** Sine of an angle in radians. */
export function sin(x: Tensor): Tensor {
  return curved("sin", x, Math.sin, Math.cos);
}

/** Cosine of an angle in radians. */
export function cos(x: Tensor): Tensor {
  return curved("cos", x, Math.cos, (value) => -Math.sin(value));
}

/** The greater of two values, element by element; the gradient goes to it, of equal ones to the first. */
export function larger(a: Tensor, b: Tensor): Tensor {
  return chosen("larger", a, b, (x, y) => x >= y);
}

/** The lesser of two values, element by element; the gradient goes to it, of equal ones to the first. */
export function smaller(a: Tensor, b: Tensor): Tensor {
  return chosen("smaller", a, b, (x, y) => x <= y);
}

function chosen(kernel: string, a: Tensor, b: Tensor, takesFirst: (x: number, y: number) => boolean): Tensor {
  const share = (first: boolean) => zipped(a, b, (x, y) => (takesFirst(x, y) === first ? 1 : 0));
  // Not a number must not vanish behind the other value.
  const pick = (x: number, y: number) => (Number.isNaN(x) || takesFirst(x, y) ? x : y);
  return traced(kernel, [a, b], zipped(a, b, pick), (g) => [mul(g, share(true)), mul(g, share(false))]);
}
