import { expect, test } from "vitest";
import * as t from "./index.ts";
import type { Tensor } from "./tensor.ts";
import { expectSlopes } from "./testing.ts";

const wave = (shape: number[]) =>
  t.fromNumbers(
    Array.from({ length: t.sizeOf(shape) }, (_, i) => Math.sin(3 + i * 7.7) + 0.07 * i),
    shape,
    "float64",
  );

const shape = [2, 3, 4, 2];
const kernels: [string, (x: Tensor) => Tensor][] = [
  ["power", (x) => t.power(t.square(x), 1.5)],
  ["tanh", t.tanh],
  ["sin and cos", (x) => t.mul(t.sin(x), t.cos(t.scale(x, 2)))],
  ["larger", (x) => t.larger(x, t.square(x))],
  ["smaller", (x) => t.smaller(t.sin(x), x)],
  ["softCumulative", (x) => t.softCumulative(x, [-0.5, 0, 0.7, 1.2], 0.3)],
  ["gram", (x) => t.gram(t.reshape(x, [2, 3, 8]))],
  ["transposeRows", (x) => t.gram(t.transposeRows(t.reshape(x, [2, 3, 8])))],
  ["filterMap", (x) => t.alongAxis(x, 2, t.filterMap(4, [1, -2, 3, 4, 0.5]))],
  ["differenceMap", (x) => t.alongAxis(x, 2, t.differenceMap(4))],
  ["reverseMap", (x) => t.mul(x, t.alongAxis(x, 3, t.reverseMap(2)))],
];

test.each(kernels)("the pullback of %s agrees with central differences", async (_name, f) => {
  await expectSlopes(wave(shape), async (x) => f(x));
});

test("a soft cumulative histogram is the share below a level", () => {
  const x = t.fromNumbers([0.1, 0.2, 0.7, 0.9, 0.5, 0.5, 0.5, 0.5], [1, 2, 4], "float64");
  const sharp = t.softCumulative(x, [0.3, 0.8, 0.5], 1e-4);
  expect(sharp.shape).toEqual([1, 6]);
  for (const [i, share] of [0.5, 0.75, 0.5, 0, 1, 0.5].entries()) expect(sharp.data[i]).toBeCloseTo(share, 9);
});

test("a Gram matrix holds inner products", () => {
  expect([...t.transposeRows(t.fromNumbers([1, 2, 3, 4, 5, 6], [1, 2, 3])).data]).toEqual([1, 4, 2, 5, 3, 6]);
  expect([...t.gram(t.fromNumbers([1, 2, 3, 4], [1, 2, 2])).data]).toEqual([5, 11, 11, 25]);
});

test("filters mirror at the ends, a Gaussian keeps what is even", () => {
  const row = t.fromNumbers([1, 2, 4], [1, 3], "float64");
  expect([...t.alongAxis(row, 1, t.filterMap(3, [1, 0, -1])).data]).toEqual([0, -3, 0]);
  expect([...t.alongAxis(row, 1, t.reverseMap(3)).data]).toEqual([4, 2, 1]);
  expect([...t.alongAxis(row, 1, t.differenceMap(3)).data]).toEqual([1, 2]);
  expect(t.alongAxis(t.zeros([2, 1]), 1, t.differenceMap(1)).shape).toEqual([2, 0]);
  expect(t.gaussianKernel(0)).toEqual([1]);
  expect(t.gaussianKernel(1.2).reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 14);
});

test("the greater of a number and none is none", () => {
  const none = t.fromNumbers([Number.NaN], [1]);
  expect(t.larger(none, t.zeros([1])).data[0]).toBeNaN();
  expect(t.smaller(t.zeros([1]), none).data[0]).toBeNaN();
});
