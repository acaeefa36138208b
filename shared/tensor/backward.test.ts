import { expect, test } from "vitest";
import { add, fromNumbers, pullback, scale, square, sum, track, withPullback } from "./index.ts";

const x = fromNumbers([1, -2, 3, 0.5], [2, 2], "float64");
const ones = fromNumbers([1, 1], [2], "float64");

test("a function on a tape of its own gives cotangents as often as asked", async () => {
  const { result, back } = await withPullback(x, async (leaf) => square(leaf));
  expect(result.origin).toBeUndefined();
  for (const factor of [1, 3]) {
    const given = scale(fromNumbers([1, 1, 1, 1], [2, 2], "float64"), factor);
    expect(Array.from((await back(given)).data)).toEqual([2, -4, 6, 1].map((slope) => factor * slope));
  }
});

test("whoever differentiates around it reaches x, through it and beside it", async () => {
  const point = track(x);
  const { result } = await withPullback(point, async (leaf) => square(leaf));
  const [slope] = await pullback(sum(add(result, scale(point, 5))), ones, [point]);
  expect(Array.from(slope.data)).toEqual([7, 1, 11, 6]);
});

test("a function that does not look at x has the slope 0", async () => {
  const { back } = await withPullback(x, async () => ones);
  expect(Array.from((await back(ones)).data)).toEqual([0, 0, 0, 0]);
});
