import { expect, test } from "vitest";
import type { Call } from "../../shared/denoiser.ts";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { extrapolate, sliceRows } from "../../shared/tensor/index.ts";
import { planeModel } from "../lib/bedTesting.ts";
import { callAt, distance, guided, sample } from "../lib/testing.ts";
import { node } from "./independent-condition.ts";

const model = planeModel([
  { weight: 1, mean: [1, 0], std: 0.5, label: "a" },
  { weight: 1, mean: [-1, 0.5], std: 0.3, label: "b" },
  { weight: 1, mean: [0, -1], std: 0.4, label: "c" },
]);
const [a, b, c] = await Promise.all(["a", "b", "c"].map((label) => model.encodeText(label)));
const strong = model.denoiser(a);
const x = sample([0.4, -0.3, 0.2, 0.8], [2, 2, 1, 1]);
const sigma = 1.5;

function drawing(seed: bigint, perSample = true, changes: Partial<Call> = {}): Call {
  return callAt({
    noise: (like) => gaussianSource({ seed, generator: "philox", perSample }).stream("icg")(like),
    ...changes,
  });
}

test("with one other condition it is guidance away from it", async () => {
  const guide = guided(node, { strong, model, others: [b] }, { scale: 3 });
  const call = drawing(1n);
  const [s, u] = [await strong(x, sigma, call), await model.denoiser(b)(x, sigma, call)];
  expect(distance(await guide(x, sigma, call), extrapolate(u, s, 3))).toBeLessThan(1e-12);
  expect(guide.asked()).toEqual({ strong: 1, model: 1, others: 0 });
});

test("the wanted condition drawn by chance gives no guidance; scale 1 and 0 ask one side", async () => {
  const call = drawing(1n);
  const plain = await strong(x, sigma, call);
  expect(distance(await guided(node, { strong, model, others: [a] }, { scale: 5 })(x, sigma, call), plain)).toBe(0);
  const one = guided(node, { strong, model, others: [b, c] }, { scale: 1 });
  expect(distance(await one(x, sigma, call), plain)).toBe(0);
  expect(one.asked()).toEqual({ strong: 1, model: 0, others: 0 });
  const zero = guided(node, { strong, model, others: [b, c] }, { scale: 0 });
  await zero(x, sigma, call);
  expect(zero.asked()).toEqual({ strong: 0, model: 1, others: 0 });
});

test("every condition is drawn as often, and the average guidance is that of their average", async () => {
  const guide = guided(node, { strong, model, others: [a, b, c] }, { scale: 2 });
  const draws = 3000;
  const one = sliceRows(x, 0, 1);
  const mean = [0, 0];
  for (let seed = 0; seed < draws; seed++) {
    const guidedX = await guide(one, sigma, drawing(BigInt(seed)));
    guidedX.data.forEach((value, i) => {
      mean[i] += value / draws;
    });
  }
  const call = drawing(1n);
  const s = (await strong(one, sigma, call)).data;
  const others = await Promise.all([a, b, c].map((one_) => model.denoiser(one_)(one, sigma, call)));
  mean.forEach((value, i) => {
    const average = others.reduce((sum, other) => sum + other.data[i] / 3, 0);
    expect(value).toBeCloseTo(average + 2 * (s[i] - average), 1);
  });
});

test("every sample draws its own: a batch of two is two batches of one", async () => {
  const guide = guided(node, { strong, model, others: [a, b, c] }, { scale: 4 });
  const both = await guide(x, sigma, drawing(5n));
  for (const row of [0, 1]) {
    const alone = await guide(sliceRows(x, row, row + 1), sigma, drawing(5n + BigInt(row)));
    expect(distance(alone, sliceRows(both, row, row + 1))).toBe(0);
  }
});

test("normal numbers have the spread of the first condition's embedding", async () => {
  const told: number[] = [];
  const network = {
    ...model,
    denoiser: ({ context }: { context: { data: Float64Array | Float32Array } }) => {
      told.push(...context.data);
      return model.denoiser(a);
    },
  };
  const wide = {
    context: sample(
      Array.from({ length: 400 }, (_, i) => 3 * Math.sin(i)),
      [1, 20, 20],
    ),
  };
  const values = { scale: 4, draw: "gaussian" };
  await guided(node, { strong, model: network, others: [wide] }, values)(x, sigma, drawing(2n));
  const spread = Math.sqrt(told.reduce((sum, value) => sum + value ** 2, 0) / told.length);
  expect(told).toHaveLength(800);
  expect(spread).toBeGreaterThan((0.9 * 3) / Math.SQRT2);
  expect(spread).toBeLessThan((1.1 * 3) / Math.SQRT2);
});

test("labels cannot be drawn as normal numbers", () => {
  const problems: string[] = [];
  const context = { facts: {} as never, problem: ({ message }: { message: string }) => void problems.push(message) };
  const known = { strong: undefined, model: model.info, others: [] };
  node.forecast!(known, { draw: "gaussian", scale: () => 1, every: "step" }, context);
  expect(problems).toEqual([expect.stringContaining("labels")]);
});
