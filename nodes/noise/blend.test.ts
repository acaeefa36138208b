import { expect, test } from "vitest";
import type { NoiseSource } from "../../shared/noise.ts";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { norm, sliceRows, zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { node } from "./blend.ts";

const of = (seed: bigint, perSample = false) =>
  gaussianSource({ seed, generator: "philox", perSample, later: "brownian" });
const blend = (a: NoiseSource, b: NoiseSource, amount: number, mode: "slerp" | "sum") =>
  node.build!({ a, b }, { amount, mode }, undefined as never).noise;
const draws = (source: NoiseSource, like: Tensor) => [
  source.initial(like.shape, "float64"),
  source.between(like, 5, 2),
  source.between(like, 2, 0.3),
  source.stream("x")(like),
];
const variance = (x: Tensor) => Array.from(x.data).reduce((sum, value) => sum + value ** 2, 0) / x.data.length;
const modes = ["slerp", "sum"] as const;

test.each(modes)("%s gives either noise at the ends, to the bit", (mode) => {
  const like = zeros([2, 3, 4, 4], "float64");
  for (const [amount, seed] of [
    [0, 1n],
    [1, 2n],
  ] as const) {
    const known = draws(of(seed), like);
    draws(blend(of(1n), of(2n), amount, mode), like).forEach(
      (draw, i) => void expect(draw.data).toEqual(known[i].data),
    );
  }
});

test.each(modes)("%s keeps unit variance at every amount", (mode) => {
  const like = zeros([1, 20_000], "float64");
  for (const amount of [0.1, 0.5, 0.8]) {
    // Five error bars of a variance from 20,000 values, √(2/n).
    for (const draw of draws(blend(of(1n), of(2n), amount, mode), like))
      expect(Math.abs(variance(draw) - 1)).toBeLessThan(0.05);
  }
});

test("slerp goes along the arc: the angle from the first noise is its share of the whole angle", () => {
  const like = zeros([3, 4, 8, 8], "float64");
  const [a, b] = [of(1n).initial(like.shape, "float64"), of(2n).initial(like.shape, "float64")];
  const between = blend(of(1n), of(2n), 0.25, "slerp").initial(like.shape, "float64");
  for (let row = 0; row < 3; row++) {
    const [u, v, w] = [a, b, between].map((x) => sliceRows(x, row, row + 1));
    const angle = (x: Tensor, y: Tensor) =>
      Math.acos(
        Array.from(x.data).reduce((sum, value, i) => sum + value * y.data[i], 0) / (norm(x).data[0] * norm(y).data[0]),
      );
    // The plane is that of a and b whatever their lengths; the share is exact where these are equal.
    expect(angle(u, w) + angle(w, v)).toBeCloseTo(angle(u, v), 10);
    expect(angle(u, w) / angle(u, v)).toBeCloseTo(0.25, 1);
  }
});

test("the noise of a seed with itself is that noise in slerp", () => {
  const like = zeros([1, 16], "float64");
  const first = blend(of(1n), of(1n), 0.3, "slerp").initial(like.shape, "float64");
  of(1n)
    .initial(like.shape, "float64")
    .data.forEach((value, i) => void expect(first.data[i]).toBeCloseTo(value, 12));
});

test.each(modes)("%s gives an image of a batch what it gives it alone", (mode) => {
  const both = draws(blend(of(1n, true), of(8n, true), 0.4, mode), zeros([2, 2, 1, 1], "float64"));
  const alone = draws(blend(of(2n), of(9n), 0.4, mode), zeros([1, 2, 1, 1], "float64"));
  both.forEach((draw, i) => void expect(sliceRows(draw, 1, 2).data).toEqual(alone[i].data));
});

test("files of two shapes are refused before the run", () => {
  const problems: string[] = [];
  const context = { problem: ({ message }: { message: string }) => void problems.push(message) } as never;
  const params = { amount: 0.5, mode: "slerp" } as const;
  expect(node.forecast!({ a: {}, b: { shape: [1, 4, 8, 8] } }, params, context)).toEqual({
    noise: { shape: [1, 4, 8, 8] },
  });
  expect(problems).toEqual([]);
  node.forecast!({ a: { shape: [2, 4, 8, 8] }, b: { shape: [1, 4, 8, 8] } }, params, context);
  expect(problems).toEqual(["The noises are 2 × 4 × 8 × 8 and 1 × 4 × 8 × 8. Choose two of one shape."]);
});
