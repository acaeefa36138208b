import { expect } from "vitest";
import type { AnyNode, NodeProblem } from "../../shared/node/define.ts";
import type { Reward } from "../../shared/reward.ts";
import { fromNumbers } from "../../shared/tensor/index.ts";
import { sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { expectSlopes } from "../../shared/tensor/testing.ts";

/** The reward that a node builds; what it forecasts must be what it is. */
export function rewardOf(node: AnyNode, inputs: object, params: object = {}): Reward {
  const reward = node.build!(inputs, params, {} as never).reward as Reward;
  const known = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, Array.isArray(value) ? value : (value.info ?? value)]),
  );
  const problem = ({ message }: NodeProblem) => expect.fail(message);
  const forecast = node.forecast!(known, params, { problem } as never).reward;
  const { value: _value, ...traits } = reward;
  expect(forecast).toEqual(traits);
  return reward;
}

/** Sentences that a node has about its inputs while planning. */
export function problemsOf(node: AnyNode, inputs: object, params: object = {}): string[] {
  const problems: string[] = [];
  const problem = ({ message }: NodeProblem) => problems.push(message);
  node.forecast!(inputs, params, { problem } as never);
  return problems;
}

/** Uneven values around the middle of 0..1, in float64. */
export function wavy(shape: readonly number[], seed = 1): Tensor {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => 0.5 + 0.45 * Math.sin(seed * 5.1 + i * 2.399));
  return fromNumbers(values, shape, "float64");
}

/** A float64 tensor of given numbers. */
export function numbers(values: readonly number[], shape: readonly number[]): Tensor {
  return fromNumbers(values, shape, "float64");
}

/** Values of a reward, as numbers. */
export async function valuesOf(reward: Reward, input: Tensor, sigma?: number): Promise<number[]> {
  const { data, shape } = await reward.value(input, ...(sigma === undefined ? [] : [sigma]));
  expect(shape).toEqual([input.shape[0]]);
  return Array.from(data);
}

/** Expects the gradient of a reward to agree with central differences, and a batch to score as its samples alone. */
export async function expectGradient(reward: Reward, x: Tensor, every = 1, digits = 6): Promise<void> {
  await expectSlopes(x, (input) => reward.value(input), { every, digits });
  const size = x.data.length / x.shape[0];
  const batch = await valuesOf(reward, x);
  for (let b = 0; b < x.shape[0]; b++) {
    const alone = { data: x.data.slice(b * size, (b + 1) * size), shape: [1, ...x.shape.slice(1)] };
    expect((await valuesOf(reward, alone))[0]).toBeCloseTo(batch[b], 12);
  }
}
