import { expect, test } from "vitest";
import { endsOf, sigmaPoints, valuePoints } from "./plot.ts";

test("levels fall from the top left; equal ratios are equal steps; zero stands on the floor", () => {
  expect(sigmaPoints([100, 10, 1, 0], 90, 20)).toEqual([
    [0, 0],
    [30, 10],
    [60, 20],
    [90, 20],
  ]);
});

test("a schedule of one level is one point inside the box", () => {
  expect(sigmaPoints([5], 90, 20)).toEqual([[0, 20]]);
});

test("values of a curve span the box, a constant runs through its middle", () => {
  expect(valuePoints([1, 5, 3], 90, 20)).toEqual([
    [0, 20],
    [45, 0],
    [90, 10],
  ]);
  expect(valuePoints([4, 4], 90, 20).map(([, y]) => y)).toEqual([10, 10]);
});

test("pure noise of a flow model stands at the top; the axis is that of the finite levels", () => {
  expect(sigmaPoints([Number.POSITIVE_INFINITY, 100, 1, 0], 90, 20).map(([, y]) => y)).toEqual([0, 0, 20, 20]);
});

test("the ends of a schedule are told, and whether it goes on to 0", () => {
  expect(endsOf([14.6146, 1, 0.029167, 0])).toBe("14.6 to 0.0292, then 0");
  expect(endsOf([Number.POSITIVE_INFINITY, 1, 0.5])).toBe("∞ to 0.5");
  expect(endsOf([1, 0])).toBe("1 to 0");
});
