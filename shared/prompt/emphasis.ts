import { allocate, dtypeOf, type Tensor } from "../tensor/tensor.ts";

/**
 * ComfyUI's weights: each token's state moves away from, or back to, that of the empty prompt at its place:
 * empty + w (state - empty). Tokens of weight 1 keep theirs exactly.
 * @param states [1, T, F]
 * @param empty [1, T, F], of the empty prompt
 * @param weights one for each of the T tokens
 */
export function weighFromEmpty(states: Tensor, empty: Tensor, weights: Float64Array): Tensor {
  const width = states.shape[2]!;
  const data = allocate(dtypeOf(states), states.data.length);
  for (let i = 0; i < data.length; i++) {
    const weight = weights[Math.floor(i / width)]!;
    const [state, origin] = [states.data[i]!, empty.data[i]!];
    data[i] = weight === 1 ? state : origin + weight * (state - origin);
  }
  return { data, shape: states.shape };
}

/**
 * AUTOMATIC1111's weights: each token's state times its weight, then all of them times what brings their mean back.
 * Where the mean cannot be brought back because it has become 0, the products stay.
 * @param states [1, T, F]
 * @param weights one for each of the T tokens
 */
export function weighKeepingMean(states: Tensor, weights: Float64Array): Tensor {
  const width = states.shape[2]!;
  const products = Float64Array.from(states.data, (state, i) => state * weights[Math.floor(i / width)]!);
  const after = sum(products);
  const factor = after === 0 ? 1 : sum(states.data) / after;
  const data = allocate(dtypeOf(states), states.data.length);
  for (let i = 0; i < data.length; i++) data[i] = products[i]! * factor;
  return { data, shape: states.shape };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
