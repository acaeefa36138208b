import { expect, test } from "vitest";
import type { Reward } from "../../shared/reward.ts";
import { dot, full, sub } from "../../shared/tensor/index.ts";
import { logLabel } from "../../shared/testbed/logLabel.ts";
import { eightGaussians, eightLevels, rewardOf, spreadOf, unconditional, walkEight } from "../lib/eightTesting.ts";
import { callAt, callsOf, distance, guided, sample } from "../lib/testing.ts";
import { node } from "./classifier.ts";

const { mixture } = eightGaussians;
const denoiser = await unconditional(eightGaussians);
/** log p(modes 0, 1 or 7 | x, sigma) */
const right = {
  ...mixture!,
  gaussians: mixture!.gaussians.map((one, k) => ({ ...one, label: [0, 1, 7].includes(k) ? "r" : "l" })),
};
const reward: Reward = rewardOf(async (x, sigma) => logLabel(x, sigma ?? 0, right, "r"), { noiseAware: true });
const x = sample([0.4, -0.7, -1.9, 0.3], [2, 2, 1, 1]);

test.each([0.1, 0.6, 3, 14])(
  "with the exact classifier, scale 1 is the prediction under the label, at sigma %f",
  async (sigma) => {
    const weights = Float64Array.from(right.gaussians, ({ label }) => (label === "r" ? 1 / 3 : 0));
    const exact = await eightGaussians.denoiser({ context: { data: weights, shape: [1, 1, 8] } })(x, sigma, callAt());
    const guide = guided(node, { denoiser, reward }, { scale: 1 });
    expect(distance(await guide(x, sigma, callAt({ sigma })), exact)).toBeLessThan(1e-9);
  },
);

test("scale 0 is the prediction itself and asks no reward", async () => {
  const never = rewardOf(() => Promise.reject(new Error("asked")), { noiseAware: true });
  const guide = guided(node, { denoiser, reward: never }, { scale: 0 });
  expect(await guide(x, 1, callAt())).toEqual(await denoiser(x, 1, callAt()));
});

test("a constant reward pushes nowhere", async () => {
  const constant = rewardOf(async (at) => full([at.shape[0]], 3, "float64"), { noiseAware: true });
  for (const form of ["prediction", "mean"]) {
    const guide = guided(node, { denoiser, reward: constant }, { scale: 5, form, clip: 1 });
    expect(distance(await guide(x, 1, callAt()), await denoiser(x, 1, callAt()))).toBe(0);
  }
});

test("the mean form moves an ancestral step by its variance times the slope", async () => {
  const [sigma, next] = [2, 1.2];
  const down = next ** 2 / sigma;
  const call = callAt({ sigma, next: down, sigmas: [sigma, next] });
  const plain = await guided(node, { denoiser, reward }, { scale: 0 })(x, sigma, call);
  const shift = async (form: string) =>
    sub(await guided(node, { denoiser, reward }, { scale: 1, form })(x, sigma, call), plain);
  const [prediction, mean] = [await shift("prediction"), await shift("mean")];
  // Both in units of the slope: sigma² against v √((1 + sigma²) / (1 + next²)) / (1 − down / sigma).
  const variance = (next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2;
  const factor = (variance * Math.sqrt((1 + sigma ** 2) / (1 + next ** 2))) / (1 - down / sigma) / sigma ** 2;
  expect(mean.data[0] / prediction.data[0]).toBeCloseTo(factor, 10);
  const last = callAt({ sigma, next: 0, sigmas: [sigma, 0] });
  const end = await guided(node, { denoiser, reward }, { scale: 1, form: "mean" })(x, sigma, last);
  expect(distance(end, await denoiser(x, sigma, last))).toBe(0);
});

test("the push is limited sample by sample", async () => {
  const guide = guided(node, { denoiser, reward }, { scale: 50, clip: 0.1 });
  const shift = sub(await guide(x, 1, callAt()), await denoiser(x, 1, callAt()));
  for (const length of dot(shift, shift).data) expect(Math.sqrt(length / 2)).toBeLessThan(0.1 + 1e-12);
});

test("eight Gaussians: half of the modes is reached at scale 1, and sharpened beyond", async () => {
  const accuracy = ({ shares }: { shares: readonly number[] }) => shares[0] + shares[1] + shares[7];
  const plain = spreadOf(await walkEight(denoiser, { count: 1000 }));
  expect(accuracy(plain)).toBeCloseTo(0.37, 1);
  const one = spreadOf(await walkEight(guided(node, { denoiser, reward }, { scale: 1 }), { count: 1000 }));
  expect(accuracy(one)).toBeGreaterThan(0.99);
  for (const k of [0, 1, 7]) expect(Math.abs(one.shares[k] - 1 / 3)).toBeLessThan(0.04);
  const four = spreadOf(await walkEight(guided(node, { denoiser, reward }, { scale: 4 }), { count: 1000 }));
  expect(Math.abs(four.shares[0] - 0.773)).toBeLessThan(0.05);
  expect(Math.abs(four.off - 1.61)).toBeLessThan(0.1);
});

test("a sampler with several evaluations in a step is warned about in the mean form, once", async () => {
  const warnings: string[] = [];
  const context = { warn: (message: string) => void warnings.push(message) };
  const params = { scale: () => 1, form: "mean" as const, clip: 0 };
  const guide = node.build!({ denoiser, reward }, params, context as never).denoiser;
  const [call] = callsOf(eightLevels);
  await guide(x, call.sigma, call);
  expect(warnings).toEqual([]);
  await guide(x, call.next, { ...call, stage: 1 });
  await guide(x, call.next, { ...call, stage: 1 });
  expect(warnings).toEqual([expect.stringContaining("several times in a step")]);
});

test("a reward of clean samples, or without gradient, is refused while planning and when built", () => {
  for (const [changes, sentence] of [
    [{}, "clean samples"],
    [{ noiseAware: true, differentiable: false }, "no gradient"],
  ] as const) {
    const wrong = rewardOf(reward.value, changes);
    expect(() => guided(node, { denoiser, reward: wrong })).toThrow(sentence);
    const problems: string[] = [];
    const context = { problem: ({ message }: { message: string }) => void problems.push(message) };
    node.forecast!({ denoiser: undefined, reward: wrong }, {} as never, context as never);
    expect(problems).toEqual([expect.stringContaining(sentence)]);
  }
});
