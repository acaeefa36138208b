import { expect, test } from "vitest";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { fromNumbers, sliceRows, zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { node } from "./masked.ts";

const of = (seed: bigint, perSample = false) =>
  gaussianSource({ seed, generator: "philox", perSample, later: "brownian" });
const masked = (mask: Tensor, perSample = false, offset = 0n) =>
  node.build!({ inside: of(1n + offset, perSample), outside: of(9n + offset, perSample), mask }, {}, undefined as never)
    .noise;
const like = zeros([2, 3, 2, 2], "float64");

test("inside is one noise, outside the other, to the bit; between them the variances mix", () => {
  const source = masked(fromNumbers([1, 0, 0.36, 0], [1, 1, 2, 2]));
  const draws = [source.initial(like.shape, "float64"), source.between(like, 4, 1), source.stream("a")(like)];
  const [a, b] = [of(1n), of(9n)].map((one) => [
    one.initial(like.shape, "float64"),
    one.between(like, 4, 1),
    one.stream("a")(like),
  ]);
  draws.forEach(({ data }, i) => {
    for (let plane = 0; plane < 24; plane += 4) {
      expect(data[plane]).toBe(a[i].data[plane]);
      expect(data[plane + 1]).toBe(b[i].data[plane + 1]);
      const mixed = 0.6 * a[i].data[plane + 2] + 0.8 * b[i].data[plane + 2];
      expect(data[plane + 2]).toBeCloseTo(mixed, 7);
    }
  });
});

test("a mask of each image belongs to it, and an image is what it is alone", () => {
  const mask = fromNumbers([1, 1, 1, 1, 0, 1, 0, 1], [2, 1, 2, 2]);
  const both = masked(mask, true).between(like, 4, 1);
  const alone = masked(sliceRows(mask, 1, 2), false, 1n).between(sliceRows(like, 1, 2), 4, 1);
  expect(sliceRows(both, 1, 2).data).toEqual(alone.data);
});

test("points of a test bed take the mean of the mask", () => {
  const points = masked(fromNumbers([1, 1, 1, 0.84, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 4, 4]));
  const draw = points.initial([500, 2, 1, 1], "float64").data;
  const [a, b] = [of(1n), of(9n)].map((one) => one.initial([500, 2, 1, 1], "float64").data);
  draw.forEach((value, i) => {
    expect(value).toBeCloseTo(Math.sqrt(0.365) * a[i] + Math.sqrt(0.635) * b[i], 6);
  });
});

test("a mask with several channels is refused with a sentence", () => {
  expect(() => masked(zeros([1, 3, 2, 2])).initial(like.shape, "float64")).toThrow("A mask is B × 1 × height × width");
});

test("files of two shapes are refused before the run", () => {
  const problems: unknown[] = [];
  const context = { problem: (found: unknown) => void problems.push(found) } as never;
  const [first, second] = [{ shape: [1, 4, 8, 8] }, { shape: [1, 4, 8, 4] }];
  expect(node.forecast!({ inside: {}, outside: second, mask: undefined }, {}, context)).toEqual({ noise: second });
  expect(problems).toEqual([]);
  node.forecast!({ inside: first, outside: second, mask: undefined }, {}, context);
  const message = "The noises are 1 × 4 × 8 × 8 and 1 × 4 × 8 × 4. Choose two of one shape.";
  expect(problems).toEqual([{ port: "outside", severity: "error", message }]);
});
