import { expect, test } from "vitest";
import { areaPath, extentOf, linePath, nearestPoint } from "./line.ts";
import { createScale } from "./scale.ts";

const x = createScale("linear", [0, 10], [0, 100]);
const y = createScale("linear", [0, 1], [50, 0]);

test("a line is broken where a value is missing, and a lone point stays visible", () => {
  const points = [
    [0, 0],
    [1, 1],
    [2, Number.NaN],
    [3, 0.5],
  ] as const;
  expect(linePath(points, x, y)).toBe("M0,50L10,0M30,25h0");
  expect(areaPath(points, x, y, 50)).toBe("M0,50L0,50L10,0L10,50Z");
});

test("the nearest point is the nearest on the axis, not in value, and never a gap", () => {
  const log = createScale("log", [100, 1], [0, 100]);
  const points = [
    [100, 1],
    [10, 2],
    [1, 3],
  ] as const;
  // 40 is nearer to 10 in value (30 < 60), nearer to 100 on the axis.
  expect(nearestPoint(points, 40, log)?.[0]).toBe(100);
  expect(nearestPoint([...points, [3, Number.NaN]], 3.1, log)?.[0]).toBe(1);
  expect(nearestPoint([], 3, log)).toBeUndefined();
});

test("the extent covers every line and passes over gaps", () => {
  const series = [
    { name: "a", hue: "red", points: [[0, 2] as const, [1, Number.NaN] as const] },
    { name: "b", hue: "red", points: [[0, -1] as const] },
  ];
  expect(extentOf(series)).toEqual([-1, 2]);
  expect(extentOf([])).toBeNull();
});
