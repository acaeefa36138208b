import fc from "fast-check";
import { expect, test } from "vitest";
import * as t from "./index.ts";
import type { Tensor } from "./tensor.ts";

const values = (n: number, seed: number) =>
  Array.from({ length: n }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233) * 2 + 0.1);
const make = (shape: number[], seed: number) => t.fromNumbers(values(t.sizeOf(shape), seed), shape, "float64");
const positive = (shape: number[], seed: number) => t.shift(t.abs(make(shape, seed)), 0.5);
const numbers = (x: Tensor) => Array.from(x.data);

test("extrapolation is exact at its ends", () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 }),
      (list) => {
        const weak = t.fromNumbers(list);
        const strong = t.fromNumbers(list.map((value) => value / 3 + 1));
        expect(t.extrapolate(weak, strong, 1)).toBe(strong);
        expect(t.extrapolate(weak, strong, 0)).toBe(weak);
      },
    ),
  );
  expect(numbers(t.extrapolate(t.fromNumbers([1]), t.fromNumbers([3]), 4))).toEqual([9]);
});

test("reductions give one value for each sample and accumulate in double", () => {
  const big = t.fromNumbers([1e8, 1, -1e8, 1, 2, 3, 4, 5], [2, 4]);
  expect(numbers(t.sum(big))).toEqual([1 + 1, 14]);
  expect(numbers(t.norm(t.fromNumbers([3, 4, 0, 5], [2, 2])))).toEqual([5, 5]);
  expect(numbers(t.quantile(t.fromNumbers([1, 2, 3, 4], [1, 4], "float64"), 0.5))).toEqual([2.5]);
  expect(numbers(t.std(t.fromNumbers([1, 3], [1, 2])))).toEqual([1]);
});

test("rows are cut, joined, repeated and chosen", () => {
  const x = t.fromNumbers([1, 2, 3, 4, 5, 6], [3, 2]);
  expect(numbers(t.sliceRows(x, 1, 2))).toEqual([3, 4]);
  expect(t.concatRows([t.sliceRows(x, 2, 3), t.sliceRows(x, 0, 1)])).toMatchObject({ shape: [2, 2] });
  expect(numbers(t.takeRows(x, [2, 0]))).toEqual([5, 6, 1, 2]);
  expect(t.repeatRows(t.sliceRows(x, 0, 1), 3).shape).toEqual([3, 2]);
  expect(t.stack([x, x]).shape).toEqual([2, 3, 2]);
});

test("a picture is pasted where it belongs, resized with half-pixel centres", () => {
  const sheet = t.paste(t.full([1, 1, 2, 3], 9), t.fromNumbers([1, 2], [1, 1, 2, 1]), 0, 1);
  expect(numbers(sheet)).toEqual([9, 1, 9, 9, 2, 9]);
  expect(numbers(t.full([1, 2, 1, 2], [0.25, 0.5]))).toEqual([0.25, 0.25, 0.5, 0.5]);
  const row = t.fromNumbers([0, 1], [1, 1, 1, 2], "float64");
  expect(numbers(t.resize(row, 1, 4, "bilinear"))).toEqual([0, 0.25, 0.75, 1]);
  expect(numbers(t.resize(row, 1, 4, "nearest"))).toEqual([0, 0, 1, 1]);
});

const shape = [2, 3, 2, 2];
const kernels: [string, (x: Tensor) => Tensor][] = [
  ["add", (x) => t.add(x, make(shape, 2))],
  ["sub", (x) => t.sub(make(shape, 2), x)],
  ["mul", (x) => t.mul(x, t.square(x))],
  ["div", (x) => t.div(make(shape, 2), x)],
  ["scale and affine", (x) => t.affine(t.scale(x, -3), 0.5, 2)],
  ["addScaled", (x) => t.addScaled(make(shape, 2), x, 0.7)],
  ["combine", (x) => t.combine(x, 2, t.exp(x), -0.5)],
  ["extrapolate", (x) => t.extrapolate(x, t.square(x), 4)],
  ["clamp", (x) => t.clamp(x, 0, 1.2)],
  ["sqrt and log", (x) => t.log(t.sqrt(x))],
  ["logSigmoid", t.logSigmoid],
  ["mulSample and norm", (x) => t.mulSample(x, t.norm(x))],
  ["dot", (x) => t.mulSample(make(shape, 3), t.dot(x, t.exp(x)))],
  ["mean and std", (x) => t.mulSample(t.mulSample(x, t.mean(x)), t.std(x))],
  ["normalizeRows", (x) => t.normalizeRows(t.reshape(x, [2, 12]))],
  ["logSoftmax and column", (x) => t.column(t.logSoftmax(t.reshape(x, [2, 12])), 5)],
  ["rows", (x) => t.concatRows([t.sliceRows(x, 1, 2), t.scale(x, 2)])],
  ["affineChannels", (x) => t.affineChannels(x, [1, 2, 3], [4, 5, 6])],
  ["resize", (x) => t.resize(x, 5, 3, "bilinear")],
  ["quantile", (x) => t.mulSample(x, t.quantile(x, 0.7))],
  ["alongAxis", (x) => t.alongAxis(t.alongAxis(x, 1, t.pyramidDown(3)), 1, t.pyramidUp(3))],
  ["channels", (x) => t.mul(x, t.spreadChannels(t.sumChannels(t.square(x)), 3))],
];

test.each(kernels)("the pullback of %s agrees with central differences", async (_name, f) => {
  const x = positive(shape, 1);
  const leaf = t.track(x);
  const out = f(leaf);
  const cotangent = make([...out.shape], 7);
  const [gradient] = await t.pullback(out, cotangent, [leaf]);
  const h = 1e-6;
  const value = (data: Float64Array) =>
    numbers(f({ data, shape })).reduce((sum, v, i) => sum + v * cotangent.data[i], 0);
  for (let i = 0; i < x.data.length; i += 5) {
    const up = Float64Array.from(x.data);
    const down = Float64Array.from(x.data);
    up[i] += h;
    down[i] -= h;
    expect(gradient.data[i]).toBeCloseTo((value(up) - value(down)) / (2 * h), 6);
  }
});

test("a pyramid halves and doubles sides of any length, and keeps what is even", () => {
  for (const n of [1, 2, 5, 8]) {
    const flat = t.full([1, 1, n], 3, "float64");
    const half = t.alongAxis(flat, 2, t.pyramidDown(n));
    expect(half.shape).toEqual([1, 1, Math.ceil(n / 2)]);
    for (const value of t.alongAxis(half, 2, t.pyramidUp(n)).data) expect(value).toBeCloseTo(3, 12);
  }
  const row = t.fromNumbers([1, 2, 3, 4, 5], [1, 5], "float64");
  expect(numbers(t.alongAxis(row, 1, t.pyramidDown(5)))).toEqual([1.75, 3, 4.25]);
});

test("low passes keep their frequencies and nothing else", () => {
  const wave = (k: number) =>
    t.fromNumbers(
      Array.from({ length: 8 }, (_, i) => Math.cos((Math.PI * k * (2 * i + 1)) / 16)),
      [1, 8],
      "float64",
    );
  const kept = (k: number) => t.alongAxis(wave(k), 1, t.cosineLowPass(8, 3));
  for (let i = 0; i < 8; i++) {
    expect(kept(2).data[i]).toBeCloseTo(wave(2).data[i], 12);
    expect(kept(3).data[i]).toBeCloseTo(0, 12);
  }
  const circle = (k: number) =>
    t.fromNumbers(
      Array.from({ length: 8 }, (_, i) => Math.cos((Math.PI * k * i) / 4)),
      [1, 8],
      "float64",
    );
  const { real, imaginary } = t.fourierLowPass(8, 2);
  for (let i = 0; i < 8; i++) {
    expect(t.alongAxis(circle(1), 1, real).data[i]).toBeCloseTo(circle(1).data[i], 12);
    expect(t.alongAxis(circle(1), 1, imaginary).data[i]).toBeCloseTo(0, 12);
    expect(t.alongAxis(circle(2), 1, real).data[i]).toBeCloseTo(circle(2).data[i] / 2, 12);
    expect(t.alongAxis(circle(3), 1, real).data[i]).toBeCloseTo(0, 12);
  }
});

test("untracked tensors carry no tape, and float32 follows float64", () => {
  const x = make(shape, 4);
  expect(t.add(x, x).origin).toBeUndefined();
  const wide = numbers(t.extrapolate(x, t.square(x), 3));
  const narrow = numbers(t.extrapolate(t.cast(x, "float32"), t.square(t.cast(x, "float32")), 3));
  for (let i = 0; i < wide.length; i++) expect(narrow[i]).toBeCloseTo(wide[i], 4);
});

test("gradients carry no tape, even of a tensor used twice", async () => {
  const x = t.track(make([1, 3], 5));
  const y = t.add(t.square(x), t.mul(x, t.exp(x)));
  const [gradient] = await t.pullback(y, t.full([1, 3], 1, "float64"), [x]);
  expect(gradient.origin).toBeUndefined();
});

test("the log-softmax takes rows of any width", () => {
  expect(t.logSoftmax(t.zeros([1, 300_000], "float64")).data[7]).toBeCloseTo(-Math.log(300_000), 9);
});
