import { expect, test } from "vitest";
import * as t from "./index.ts";
import type { Tensor } from "./tensor.ts";

const make = (shape: readonly number[], seed: number) =>
  t.fromNumbers(
    Array.from({ length: t.sizeOf(shape) }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233) * 2 + 0.1),
    shape,
    "float64",
  );
const numbers = (x: Tensor) => Array.from(x.data);

test("pools blocks and refuses sides that do not divide", () => {
  const x = t.fromNumbers([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]);
  expect(t.averagePool(x, 2)).toMatchObject({ shape: [1, 1, 1, 2] });
  expect(numbers(t.averagePool(x, 2))).toEqual([3.5, 5.5]);
  expect(() => t.averagePool(x, 3)).toThrow("Take sides that 3 divides.");
});

test("lengths over channels and factors for places keep samples apart", () => {
  const x = t.fromNumbers([3, 0, 4, 1, 6, 0, 8, 0], [2, 2, 1, 2]);
  expect(numbers(t.channelNorm(x))).toEqual([5, 1, 10, 0]);
  expect(numbers(t.mulMap(x, t.fromNumbers([1, 2, 3, 4], [2, 1, 1, 2])))).toEqual([3, 0, 4, 2, 18, 0, 24, 0]);
});

test("a blur mirrors at the border and keeps a constant", () => {
  const row = t.fromNumbers([0, 0, 4], [1, 1, 1, 3], "float64");
  expect(numbers(t.blurPlanes(row, [0.25, 0.5, 0.25]))).toEqual([0, 1, 2]);
  expect(numbers(t.blurPlanes(t.full([1, 1, 2, 1], 3), [0.25, 0.5, 0.25]))).toEqual([3, 3]);
});

test("a window is cropped and placed, round the edge too", () => {
  const x = t.fromNumbers([1, 2, 3, 4], [1, 1, 1, 4]);
  const window = { top: 0, left: 3, height: 1, width: 2 };
  expect(numbers(t.cropWindow(x, window))).toEqual([4, 1]);
  expect(numbers(t.placeWindow(t.fromNumbers([7, 8], [1, 1, 1, 2]), x.shape, window))).toEqual([8, 0, 0, 7]);
});

const shape = [2, 2, 4, 4];
const window = { top: 1, left: 3, height: 2, width: 3 };
const kernels: [string, (x: Tensor) => Tensor][] = [
  ["averagePool", (x) => t.averagePool(x, 2)],
  ["channelNorm", t.channelNorm],
  ["mulMap", (x) => t.mulMap(x, t.channelNorm(x))],
  ["blurPlanes", (x) => t.blurPlanes(x, [0.1, 0.2, 0.4, 0.2, 0.1])],
  ["cropWindow", (x) => t.cropWindow(x, window)],
  ["placeWindow", (x) => t.placeWindow(t.cropWindow(x, window), [2, 2, 5, 6], window)],
];

test.each(kernels)("the pullback of %s agrees with central differences", async (_name, f) => {
  const x = make(shape, 1);
  const leaf = t.track(x);
  const out = f(leaf);
  const cotangent = make(out.shape, 7);
  const [gradient] = await t.pullback(out, cotangent, [leaf]);
  const value = (i: number, change: number) => {
    const data = Float64Array.from(x.data);
    data[i] += change;
    return numbers(f({ data, shape })).reduce((sum, v, j) => sum + v * cotangent.data[j], 0);
  };
  const h = 1e-6;
  for (let i = 0; i < x.data.length; i += 3)
    expect(gradient.data[i]).toBeCloseTo((value(i, h) - value(i, -h)) / (2 * h), 6);
});
