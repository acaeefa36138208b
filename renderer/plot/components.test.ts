import { expect, test } from "vitest";
import { boxOf, nextComponent, readComponents, rounded, spreadOf, withComponent } from "./components.ts";

const two = [
  { weight: 1, mean: [0, 0] as const, std: 0.5, label: "a" },
  { weight: 2, mean: [3, 1] as const, std: 0.25, label: "b" },
];

test("what a document holds is read; labels may be missing, and what is no component is left out", () => {
  const value = [{ weight: 1, mean: [0, 0], std: 0.5 }, { weight: "x", mean: [0, 0], std: 1 }, 7, null];
  expect(readComponents(value)).toEqual([{ weight: 1, mean: [0, 0], std: 0.5, label: "" }]);
  expect(readComponents("none")).toEqual([]);
});

test("one component changes, the others stay the same objects", () => {
  const changed = withComponent(two, 1, { std: 1 });
  expect(changed[1]).toEqual({ ...two[1], std: 1 });
  expect(changed[0]).toBe(two[0]);
});

test("the box holds two standard deviations of each; a new component is not on top of the last", () => {
  expect(boxOf(two)).toEqual({ x: [-1, 3.5], y: [-1, 1.5] });
  expect(nextComponent(two)).toEqual({ ...two[1], mean: [-0.5, -0.5] });
  expect(nextComponent([])).toMatchObject({ mean: [0, 0], label: "a" });
});

test("dragging stays on the grid, and a spread above 0", () => {
  expect([rounded(1.2345), rounded(0.30000000000000004, 0.01), rounded(-0.01)]).toEqual([1.25, 0.3, 0]);
  expect([spreadOf(0.311), spreadOf(0)]).toEqual([0.3, 0.01]);
});
