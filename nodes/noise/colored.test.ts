import { expect, test } from "vitest";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { sliceRows, zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { node } from "./colored.ts";

const of = (seed: bigint, perSample = false) =>
  gaussianSource({ seed, generator: "philox", perSample, later: "brownian" });
const colored = (alpha: number, seed = 3n, perSample = false) =>
  node.build!({ noise: of(seed, perSample) }, { alpha }, undefined as never).noise;

/** Power of one frequency of a plane, by the definition of the transform. */
function power(plane: ArrayLike<number>, [height, width]: readonly [number, number], ky: number, kx: number): number {
  let [re, im] = [0, 0];
  for (let i = 0; i < height * width; i++) {
    const angle = 2 * Math.PI * ((ky * Math.floor(i / width)) / height + (kx * (i % width)) / width);
    re += plane[i] * Math.cos(angle);
    im += plane[i] * Math.sin(angle);
  }
  return re ** 2 + im ** 2;
}

const sides = [12, 15] as const;
const planes = (x: Tensor) => {
  const size = sides[0] * sides[1];
  return Array.from({ length: x.data.length / size }, (_, i) => x.data.subarray(i * size, (i + 1) * size));
};

test.each([-1, 0.5, 2])("exponent %d: each frequency is scaled by its power, up to one factor", (alpha) => {
  // Three channels of 12 × 15: a pair and one alone, sides that are no powers of two.
  const shape = [2, 3, ...sides];
  const [white, result] = [of(3n).initial(shape, "float64"), colored(alpha).initial(shape, "float64")];
  const [before, after] = [planes(white), planes(result)];
  const factor = (i: number, ky: number, kx: number) =>
    power(after[i], sides, ky, kx) /
    power(before[i], sides, ky, kx) /
    ((ky / 12) ** 2 + (kx / 15) ** 2) ** (-alpha / 2);
  const reference = factor(0, 0, 1);
  for (let i = 0; i < 6; i++) {
    for (const [ky, kx] of [
      [0, 1],
      [1, 0],
      [5, 7],
      [6, 3],
    ] as const)
      expect(factor(i, ky, kx) / reference).toBeCloseTo(1, 8);
    // The mean has the power of the lowest frequency, one wave over the longer side.
    const mean = power(after[i], sides, 0, 0) / power(before[i], sides, 0, 0);
    expect(mean / (15 ** alpha * reference)).toBeCloseTo(1, 8);
  }
});

test.each([-2, -0.5, 1, 2])("exponent %d: variance is 1 on average", (alpha) => {
  // 1,000 planes of 8 × 8. The weakest case is exponent 2, whose few strong frequencies make about 24 independent
  // values of each plane: five error bars are 5 √(2 / 24,000).
  const like = zeros([1, 1000, 8, 8]);
  for (const draw of [colored(alpha).initial(like.shape, "float32"), colored(alpha).between(like, 3, 1)]) {
    const variance = Array.from(draw.data).reduce((sum, value) => sum + value ** 2, 0) / draw.data.length;
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  }
});

test("exponent 0 and single cells leave the noise as it is", () => {
  for (const [alpha, shape] of [
    [0, [2, 4, 8, 8]],
    [1.5, [7, 2, 1, 1]],
    [1.5, [2, 8]],
  ] as const)
    expect(colored(alpha).initial(shape, "float64")).toEqual(of(3n).initial(shape, "float64"));
});

test("an image of a batch is what it is alone, to the bit", () => {
  const both = colored(1, 3n, true).between(zeros([2, 3, 6, 5]), 4, 2);
  const alone = colored(1, 4n).between(zeros([1, 3, 6, 5]), 4, 2);
  expect(sliceRows(both, 1, 2).data).toEqual(alone.data);
});

test("a coloured path is a path: a step cut in two has the same noise in sum", () => {
  const like = zeros([1, 2, 4, 4], "float64");
  const source = colored(1);
  const [whole, first, second] = [source.between(like, 4, 1), source.between(like, 4, 2), source.between(like, 2, 1)];
  whole.data.forEach((value, i) => {
    const sum = Math.sqrt(1 / 4 - 1 / 16) * first.data[i] + Math.sqrt(1 - 1 / 4) * second.data[i];
    expect(sum / Math.sqrt(1 - 1 / 16)).toBeCloseTo(value, 12);
  });
});
