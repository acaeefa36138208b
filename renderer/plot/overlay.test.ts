import { expect, test } from "vitest";
import type { Cloud, PlanePlot } from "../../shared/plot.ts";
import { keepRun, overlaid } from "./overlay.ts";

const cloud = (name: string): Cloud => ({ name, xy: new Float64Array(2), count: 1, moments: 1, sigmas: null });
const plot = (...clouds: readonly Cloud[]): PlanePlot => ({
  kind: "plane",
  title: "",
  clouds,
  exact: [],
  field: "none",
  sigma: 0,
  trails: 0,
  view: { x: [0, 1], y: [0, 1] },
});
const names = (shown: ReturnType<typeof overlaid>) => shown.kind === "plane" && shown.clouds.map(({ name }) => name);

test("series are named after what feeds them, unless two would have one name", () => {
  const two = plot(cloud("Run 1"), cloud("Run 2"));
  expect(names(overlaid(two, 5, [["Bed"], ["Guided", "Unguided"]], []))).toEqual(["Guided", "Unguided"]);
  expect(names(overlaid(two, 5, [["Sample", "Sample"]], []))).toEqual(["Run 1", "Run 2"]);
});

test("earlier runs lie behind, each told by its number", () => {
  const earlier = [{ clouds: [cloud("Run 3")] }];
  expect(names(overlaid(plot(cloud("Run 1")), 5, [["Sample"]], earlier))).toEqual(["Run 5", "Run 3"]);
  const two = plot(cloud("Run 1"), cloud("Run 2"));
  expect(names(overlaid(two, 5, [["A", "B"]], earlier))).toEqual(["A, run 5", "B, run 5", "Run 3"]);
});

test("a run is kept once, and the oldest of too many goes", () => {
  const run = (number: number) => ({ key: "d n", number, clouds: [] });
  expect(keepRun([run(1), run(2)], run(1)).map(({ number }) => number)).toEqual([2, 1]);
  const many = Array.from({ length: 8 }, (_, i) => run(i));
  expect(keepRun(many, run(9)).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 9]);
});
