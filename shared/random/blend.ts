import { add, combine, mulSample } from "../tensor/index.ts";
import { dot, norm } from "../tensor/reduce.ts";
import { allocate, dtypeOf, type Tensor } from "../tensor/tensor.ts";

/** Below this sine of the angle two samples count as parallel. */
const parallel = 1e-6;

/**
 * Spherical interpolation of each sample (Shoemake, 1985): sin((1 − t) θ) / sin θ · a + sin(t θ) / sin θ · b with θ the
 * angle between them; a straight line where they are parallel. Exactly a at 0 and b at 1.
 */
export function slerp(a: Tensor, b: Tensor, amount: number): Tensor {
  if (amount === 0) return a;
  if (amount === 1) return b;
  const [products, lengths, others] = [dot(a, b).data, norm(a).data, norm(b).data];
  const [left, right] = [allocate(dtypeOf(a), products.length), allocate(dtypeOf(a), products.length)];
  products.forEach((product, i) => {
    const cosine = Math.max(-1, Math.min(1, product / (lengths[i] * others[i])));
    const angle = Math.acos(cosine);
    const sine = Math.sin(angle);
    const isLine = !(sine > parallel);
    left[i] = isLine ? 1 - amount : Math.sin((1 - amount) * angle) / sine;
    right[i] = isLine ? amount : Math.sin(amount * angle) / sine;
  });
  const shape = [products.length];
  return add(mulSample(a, { data: left, shape }), mulSample(b, { data: right, shape }));
}

/** √(1 − t) · a + √t · b: keeps the variance of independent draws. */
export function rootBlend(a: Tensor, b: Tensor, amount: number): Tensor {
  return combine(a, Math.sqrt(1 - amount), b, Math.sqrt(amount));
}

/** cos(π t / 2) · a + sin(π t / 2) · b: what slerp is of independent draws of many values, with fixed weights. */
export function arcBlend(a: Tensor, b: Tensor, amount: number): Tensor {
  if (amount === 1) return b;
  return combine(a, Math.cos((Math.PI / 2) * amount), b, Math.sin((Math.PI / 2) * amount));
}
