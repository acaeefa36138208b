import { expect, test, vi } from "vitest";
import { curveOf } from "../../shared/curves/curve.ts";
import { type CurveValue, refuseCurve } from "../../shared/curves/curveValue.ts";
import { callsOf } from "../../shared/curves/walk.ts";
import { changeAxis } from "./changeAxis.ts";
import { addPoint, inTime, movePoint, removePoint } from "./points.ts";

vi.mock("../state/catalog.ts", () => import("../state/testCatalog.ts"));

const bySigma: CurveValue = {
  over: "sigma",
  interpolation: "linear",
  points: [
    [0.1, 1],
    [1, 4],
    [10, 2],
  ],
};
const byFraction: CurveValue = {
  over: "fraction",
  interpolation: "step",
  points: [
    [0, 1],
    [0.5, 4],
    [1, 2],
  ],
};

test("points over sigma are counted from high to low", () => {
  expect(inTime(bySigma)[0]).toEqual([10, 2]);
  expect(addPoint(bySigma, 3, 7)).toEqual({
    value: {
      ...bySigma,
      points: [
        [0.1, 1],
        [1, 4],
        [3, 7],
        [10, 2],
      ],
    },
    index: 1,
  });
  expect(movePoint(bySigma, 0, [20, 5], 0.01).points).toEqual([
    [0.1, 1],
    [1, 4],
    [20, 5],
  ]);
  expect(removePoint(bySigma, 2)).toEqual({
    value: {
      ...bySigma,
      points: [
        [1, 4],
        [10, 2],
      ],
    },
    index: 1,
  });
});

test("a point at a taken place replaces it; the last point cannot be removed", () => {
  expect(addPoint(byFraction, 0.5, 9).value.points).toEqual([
    [0, 1],
    [0.5, 9],
    [1, 2],
  ]);
  const single: CurveValue = { ...byFraction, points: [[0, 1]] };
  expect(removePoint(single, 0).value).toBe(single);
});

test("a dragged point stays between its neighbours and on its axis", () => {
  expect(movePoint(byFraction, 1, [3, 5], 0.01).points[1]).toEqual([0.99, 5]);
  expect(movePoint(byFraction, 1, [-3, 5], 0.01).points[1]).toEqual([0.01, 5]);
  expect(movePoint(byFraction, 0, [-3, 5], 0.01).points[0]).toEqual([0, 5]);
  expect(movePoint(byFraction, 2, [3, 5], 0.01).points[2]).toEqual([1, 5]);
  const moved = movePoint(bySigma, 1, [50, 4], 0.01);
  expect(moved.points[1]?.[0]).toBeLessThan(10);
  expect(refuseCurve("x", moved)).toBeNull();
  const tight: CurveValue = {
    ...byFraction,
    points: [
      [0.5, 1],
      [0.501, 2],
      [0.502, 3],
    ],
  };
  expect(movePoint(tight, 1, [0.9, 8], 0.01).points[1]).toEqual([0.501, 8]);
});

test("on another axis a curve has the same values at every step of the schedule", () => {
  const sigmas = [14, 9, 4, 2, 1, 0.5, 0.2, 0.05, 0];
  const drawn: CurveValue = {
    over: "fraction",
    interpolation: "step",
    points: sigmas.slice(0, -1).map((_, i) => [i / 7, i]),
  };
  for (const over of ["sigma", "logSnr"] as const) {
    const moved = changeAxis(drawn, over, sigmas);
    expect(refuseCurve("x", moved)).toBeNull();
    expect(
      callsOf(sigmas)
        .map(curveOf({ ...moved, interpolation: "linear" }))
        .map(Math.round),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const back = changeAxis(moved, "fraction", sigmas);
    back.points.forEach(([x, y], i) => {
      expect(x).toBeCloseTo(i / 7, 12);
      expect(y).toBe(i);
    });
  }
});

test("levels beyond the walk fall together on its ends", () => {
  const wide: CurveValue = {
    over: "sigma",
    interpolation: "linear",
    points: [
      [0.001, 1],
      [0.002, 2],
      [1, 3],
      [500, 4],
      [900, 5],
    ],
  };
  const moved = changeAxis(wide, "fraction", [10, 1, 0.1, 0]);
  expect(refuseCurve("x", moved)).toBeNull();
  expect(moved.points.map(([x]) => x)).toEqual([0, 0.5, 1]);
});
