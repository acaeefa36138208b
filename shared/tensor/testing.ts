import { expect } from "vitest";
import * as t from "./index.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Expects the gradient of a function of a float64 tensor to agree with central differences, in every `every`-th place and
 * under a cotangent of uneven weights.
 */
export async function expectSlopes(
  x: Tensor,
  f: (x: Tensor) => Promise<Tensor>,
  { every = 1, h = 1e-5, digits = 6 } = {},
): Promise<void> {
  const leaf = t.track(x);
  const out = await f(leaf);
  const weights = Float64Array.from(out.data, (_, i) => 1 + 0.3 * Math.sin(i * 2.1));
  const [gradient] = await t.pullback(out, { data: weights, shape: out.shape }, [leaf]);
  expect(gradient.shape).toEqual(x.shape);
  const moved = async (i: number, by: number) => {
    const data = Float64Array.from(x.data);
    data[i] += by;
    return Array.from((await f({ data, shape: x.shape })).data).reduce((sum, value, n) => sum + value * weights[n], 0);
  };
  for (let i = 0; i < x.data.length; i += every) {
    const slope = ((await moved(i, h)) - (await moved(i, -h))) / (2 * h);
    expect(gradient.data[i]).toBeCloseTo(slope, digits);
  }
}
