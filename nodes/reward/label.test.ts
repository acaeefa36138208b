import { expect, test } from "vitest";
import type { ModelInfo } from "../../shared/model.ts";
import type { Reward } from "../../shared/reward.ts";
import { fromNumbers, pullback, track } from "../../shared/tensor/index.ts";
import { bedInfo, bedModel } from "../../shared/testbed/bed.ts";
import { planeMixture } from "../../shared/testbed/mixture.ts";
import { node } from "./label.ts";

// Two equal Gaussians at ±m: p(a | x) = 1 / (1 + exp(−2 m·x / v)) with v = s² + sigma².
const mixture = planeMixture([
  { weight: 1, mean: [1, 0], std: 0.5, label: "a" },
  { weight: 1, mean: [-1, 0], std: 0.5, label: "b" },
]);
const bed = { name: "Pair", mixture };
const reward = node.build!({ model: bedModel(bed, () => {}) }, { label: "a" }, {} as never).reward as Reward;
const x = fromNumbers([0.3, 2, -60, 1], [2, 2, 1, 1], "float64");

test("the exact classifier at a noise level, with all digits of a tiny probability", async () => {
  const { data, shape } = await reward.value(x, 0.5);
  expect(shape).toEqual([2]);
  expect(data[0]).toBeCloseTo(-Math.log1p(Math.exp(-2 * 0.3 * 2)), 12);
  expect(data[1]).toBeCloseTo(-2 * 60 * 2, 9);
  expect((await reward.value(x)).data[0]).toBeCloseTo(-Math.log1p(Math.exp(-2 * 0.3 * 4)), 12);
});

test("its slope times sigma² is what the label adds to the prediction", async () => {
  const point = track(x);
  const [slope] = await pullback(await reward.value(point, 0.5), fromNumbers([1, 2], [2], "float64"), [point]);
  // d/dx log p(a | x) = (2 m / v) p(b | x)
  expect(slope.data[0]).toBeCloseTo(4 / (1 + Math.exp(2 * 0.3 * 2)), 12);
  expect(slope.data[2]).toBeCloseTo(2 * 4, 9);
  expect(slope.data[1]).toBeCloseTo(0, 12);
});

test.each<[string, ModelInfo, string]>([
  ["There is no label “c”. This model has a, b.", bedInfo(bed), "c"],
  ["No label is chosen. This model has a, b.", bedInfo(bed), ""],
])("refused while planning: %s", (message, model, label) => {
  const problems: string[] = [];
  const context = { problem: (found: { message: string }) => problems.push(found.message) };
  node.forecast!({ model }, { label }, context as never);
  expect(problems).toEqual([message]);
});
