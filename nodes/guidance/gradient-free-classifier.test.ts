import { expect, test } from "vitest";
import type { Reward } from "../../shared/reward.ts";
import { extrapolate, fromNumbers, sliceRows } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { planeModel } from "../lib/bedTesting.ts";
import { callAt, distance, guided, sample } from "../lib/testing.ts";
import { node } from "./gradient-free-classifier.ts";

const labels = ["a", "b", "c"];
const centres = [
  [2, 0],
  [-1, 1.7],
  [-1, -1.7],
] as const;
const std = 0.5;
const model = planeModel(labels.map((label, k) => ({ weight: 1, mean: centres[k], std, label })));
const [a, b, c] = await Promise.all(labels.map((label) => model.encodeText(label)));
const strong = model.denoiser(a);

/** log p(label k | x, sigma), exactly. */
function exactReward(k: number, count?: { calls: number }): Reward {
  const value = async (x: Tensor, sigma = 0) => {
    if (count) count.calls += 1;
    const logs = Array.from({ length: x.shape[0] }, (_, row) => {
      const [px, py] = x.data.subarray(row * 2, row * 2 + 2);
      const terms = centres.map(([cx, cy]) => -((px - cx) ** 2 + (py - cy) ** 2) / (2 * (std ** 2 + sigma ** 2)));
      const top = Math.max(...terms);
      return terms[k] - top - Math.log(terms.reduce((sum, term) => sum + Math.exp(term - top), 0));
    });
    return fromNumbers(logs, [logs.length], "float64");
  };
  return { on: "latent", noiseAware: true, differentiable: false, value };
}

const inputs = { strong, model, others: [b, c], rewards: [0, 1, 2].map((k) => exactReward(k)) };
const x = sample([0.1, 0.6, 0.2, -0.9], [2, 2, 1, 1]);
const sigma = 0.8;
const call = callAt();

test("leads each sample away from its own strongest wrong label, by its confusion", async () => {
  const result = await guided(node, inputs, { scale: 3 })(x, sigma, call);
  const [logA, logB, logC] = await Promise.all([0, 1, 2].map((k) => exactReward(k).value(x, sigma)));
  const s = await strong(x, sigma, call);
  for (const [row, log, other] of [
    [0, logB, b],
    [1, logC, c],
  ] as const) {
    const confusion = 1 / (1 + Math.exp(logA.data[row] - log.data[row]));
    const weak = await model.denoiser(other)(x, sigma, call);
    const expected = extrapolate(weak, s, 1 + 2 * confusion);
    expect(distance(sliceRows(result, row, row + 1), sliceRows(expected, row, row + 1))).toBeLessThan(1e-12);
  }
});

test("the difference of two labels is the gradient of their log ratio", async () => {
  const [s, r] = [await strong(x, sigma, call), await model.denoiser(b)(x, sigma, call)];
  const h = 1e-5;
  const ratio = async (at: Tensor) =>
    (await exactReward(0).value(at, sigma)).data[0] - (await exactReward(1).value(at, sigma)).data[0];
  const moved = (by: number) => sample([x.data[0] + by, ...x.data.subarray(1)], [2, 2, 1, 1]);
  const gradient = ((await ratio(moved(h))) - (await ratio(moved(-h)))) / (2 * h);
  expect(s.data[0] - r.data[0]).toBeCloseTo(sigma ** 2 * gradient, 6);
});

test("scale 1 is the strong side alone, and so is a sample that is sure", async () => {
  const one = guided(node, inputs, { scale: 1 });
  expect(distance(await one(x, sigma, call), await strong(x, sigma, call))).toBe(0);
  expect(one.asked()).toMatchObject({ strong: 1, model: 0 });
  const sure = sample([2.2, 0, 2.1, 0.1], [2, 2, 1, 1]);
  const guide = guided(node, inputs, { scale: 5, confident: 0.95 });
  expect(distance(await guide(sure, 0.2, call), await strong(sure, 0.2, call))).toBe(0);
  expect(guide.asked()).toMatchObject({ strong: 1, model: 0 });
});

test("a verdict is kept for some steps and for later stages, and a new walk judges anew", async () => {
  const count = { calls: 0 };
  const rewards = [0, 1, 2].map((k) => exactReward(k, count));
  const guide = guided(node, { ...inputs, rewards }, { every: 3 });
  for (const step of [0, 1, 2, 3]) {
    await guide(x, sigma, callAt({ step, sigma: 1.5 - step / 10 }));
    await guide(x, sigma, callAt({ step, stage: 1, sigma: 1.5 - step / 10 }));
  }
  expect(count.calls).toBe(2 * 3);
  await guide(x, sigma, callAt({ step: 0, sigma: 1.5 }));
  expect(count.calls).toBe(3 * 3);
});

test("image rewards see the decoded prediction", async () => {
  const seen: Tensor[] = [];
  const picture: Reward = {
    ...exactReward(0),
    on: "image",
    noiseAware: false,
    value: async (image) => {
      seen.push(image);
      return fromNumbers([-1, -1], [2], "float64");
    },
  };
  const decoder = { ...model, decode: async (latent: Tensor) => extrapolate(latent, x, 2) };
  await guided(node, { ...inputs, model: decoder, rewards: [picture, picture, picture] }, {})(x, sigma, call);
  const decoded = extrapolate(await strong(x, sigma, call), x, 2);
  for (const image of seen) expect(distance(image, decoded)).toBe(0);
});

test("rewards that do not fit the labels are reported", () => {
  const problems: string[] = [];
  const context = { facts: {} as never, problem: ({ message }: { message: string }) => void problems.push(message) };
  const known = { strong: undefined, model: undefined, others: [undefined, undefined], rewards: [undefined] };
  node.forecast!(known, { scale: () => 2, every: 1, confident: 1 }, context);
  expect(problems).toEqual([expect.stringContaining("1 rewards for 3 labels")]);
});
