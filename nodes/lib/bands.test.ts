import { expect, test } from "vitest";
import { add, dot, full } from "../../shared/tensor/index.ts";
import { bandsOf, joinBands } from "./bands.ts";
import { distance, sample } from "./testing.ts";

const noise = (shape: number[]) =>
  sample(
    Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * 12.9898) * 3),
    shape,
  );

test.each(["laplacian", "cosine"] as const)("%s bands of pictures of any size join to the picture", (split) => {
  for (const shape of [
    [2, 3, 8, 8],
    [1, 1, 5, 7],
    [1, 2, 1, 1],
    [1, 1, 2, 3],
  ]) {
    for (const levels of [1, 2, 4]) {
      const x = noise(shape);
      const bands = bandsOf(x, levels, split);
      expect(bands).toHaveLength(levels);
      expect(distance(joinBands(bands, split), x)).toBeLessThan(1e-12);
    }
  }
});

test("a flat picture is in the coarsest band alone", () => {
  const [fine, coarse] = bandsOf(full([1, 1, 8, 8], 5, "float64"), 2, "laplacian");
  expect(distance(fine, full([1, 1, 8, 8], 0, "float64"))).toBeLessThan(1e-12);
  expect(distance(coarse, full([1, 1, 4, 4], 5, "float64"))).toBeLessThan(1e-12);
});

test("cosine bands are at right angles, and the same when split again", () => {
  const [fine, coarse] = bandsOf(noise([1, 1, 8, 8]), 2, "cosine");
  expect(dot(fine, coarse).data[0]).toBeCloseTo(0, 9);
  const again = bandsOf(add(fine, coarse), 2, "cosine");
  expect(distance(bandsOf(again[1], 2, "cosine")[1], coarse)).toBeLessThan(1e-12);
});

test("a chessboard is in the finest band", () => {
  const board = sample(
    Array.from({ length: 64 }, (_, i) => (-1) ** (i + Math.floor(i / 8))),
    [1, 1, 8, 8],
  );
  const [, coarse] = bandsOf(board, 2, "laplacian");
  expect(Math.max(...coarse.data.map(Math.abs))).toBeLessThan(1e-12);
});
