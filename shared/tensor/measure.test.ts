import { expect, test } from "vitest";
import { measureClipping, measureDifferenceMap, measureGuidance, measureNorm } from "./measure.ts";
import { tensor } from "./tensor.ts";

const sample = {
  x: [2, 1, -1, 0.5],
  strong: [1, 0.5, -0.2, 0.1],
  weak: [0.4, 0.6, 0.1, -0.3],
};
const guidedBy = (w: number) => sample.weak.map((u, i) => u + w * (sample.strong[i] - u));

function batch(...rows: number[][]) {
  return tensor(Float64Array.from(rows.flat()), [rows.length, 1, 2, 2]);
}

test("one sample agrees with values worked out by hand", () => {
  const measures = measureGuidance(batch(sample.x), batch(sample.strong), batch(sample.weak), batch(guidedBy(4)));
  expect(measures.strong[0]).toBeCloseTo(Math.sqrt(1.3), 12);
  expect(measures.weak[0]).toBeCloseTo(Math.sqrt(0.62), 12);
  expect(measures.difference[0]).toBeCloseTo(Math.sqrt(0.62), 12);
  // Between the predictions of the noise; between those of the picture it would be 0.724.
  expect(measures.cosine[0]).toBeCloseTo(0.980136, 6);
  expect(measures.parallel[0]).toBeCloseTo(0.65 / Math.sqrt(1.3), 12);
  expect(measures.orthogonal[0]).toBeCloseTo(Math.sqrt(0.62 - 0.325), 12);
  expect(measures.scale[0]).toBeCloseTo(4, 12);
});

test("a sample of a batch is measured as it is alone", () => {
  const zero = [0, 0, 0, 0];
  const measures = measureGuidance(
    batch(zero, sample.x),
    batch(sample.weak, sample.strong),
    batch(zero, sample.weak),
    batch(zero, guidedBy(2.5)),
  );
  expect(measures.cosine[1]).toBeCloseTo(0.980136, 6);
  expect([...measures.scale]).toEqual([0, expect.closeTo(2.5, 12)]);
  expect(measures.strong[0]).toBeCloseTo(Math.sqrt(0.62), 12);
  expect(measures.weak[0]).toBe(0);
});

test("predictions that agree measure as no guidance, never as NaN", () => {
  const same = batch(sample.strong);
  const measures = measureGuidance(same, same, same, same);
  const { scale, cosine, parallel, orthogonal } = measures;
  expect([scale, cosine, parallel, orthogonal].map(([value]) => value)).toEqual([1, 0, 0, 0]);
});

test("a guidance that shortens the prediction has a parallel part below 0", () => {
  const measures = measureGuidance(batch(sample.x), batch([1, 0, 0, 0]), batch([3, 1, 0, 0]), null);
  expect([measures.parallel[0], measures.orthogonal[0]]).toEqual([-2, 1]);
});

test("float32 is accumulated in double", () => {
  const many = tensor(new Float32Array(1 << 20).fill(0.1), [1, 1 << 20]);
  expect(measureNorm(many)[0]).toBeCloseTo(Math.fround(0.1) * 1024, 6);
});

test("clipping is the share of values outside 0..1, for each picture", () => {
  const pictures = tensor(Float32Array.of(0, 1, 0.5, 1.01, -0.01, 2, 0, 0.2), [2, 1, 2, 2]);
  expect([...measureClipping(pictures)]).toEqual([0.25, 0.5]);
});

test("the map has the length of the difference over the channels, of the first sample", () => {
  const strong = tensor(Float32Array.of(3, 0, 1, 0, 4, 0, 1, 0, 9, 9, 9, 9, 9, 9, 9, 9), [2, 2, 2, 2]);
  const weak = tensor(new Float32Array(16), [2, 2, 2, 2]);
  const { levels, top, width, height } = measureDifferenceMap(strong, weak);
  expect([width, height, top]).toEqual([2, 2, 5]);
  expect([...levels]).toEqual([255, 0, Math.round((Math.SQRT2 / 5) * 255), 0]);
});
