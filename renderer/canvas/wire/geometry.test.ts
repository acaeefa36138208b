import { expect, test } from "vitest";
import { pathPoints, stretchAt, tangent, wirePath } from "./geometry.ts";

test("tangents are half the way, within 20 and 110, and longer where a wire runs back", () => {
  expect([0, 10, 100, 400].map(tangent)).toEqual([20, 20, 50, 110]);
  expect(tangent(-100)).toBe(85);
});

test("a wire passes through its reroute points with horizontal tangents", () => {
  const path = wirePath({ x: 0, y: 0 }, { x: 300, y: 40 }, [{ x: 100, y: 20 }]);
  expect(path).toBe("M 0 0 C 50 0 50 20 100 20 C 200 20 200 40 300 40");
});

test("the points of a wire can be read from its path", () => {
  const points = [
    { x: -1.5, y: 2e-7 },
    { x: 100, y: -20 },
    { x: 300.25, y: 40 },
  ];
  expect(pathPoints(wirePath(points[0]!, points[2]!, [points[1]!]))).toEqual(points);
});

test("a new reroute point goes into the stretch it lies on", () => {
  const [from, to, via] = [
    { x: 0, y: 0 },
    { x: 400, y: 0 },
    [
      { x: 100, y: 50 },
      { x: 300, y: 50 },
    ],
  ];
  expect(stretchAt({ x: 50, y: 25 }, from, to, via)).toBe(0);
  expect(stretchAt({ x: 200, y: 52 }, from, to, via)).toBe(1);
  expect(stretchAt({ x: 350, y: 20 }, from, to, via)).toBe(2);
});
