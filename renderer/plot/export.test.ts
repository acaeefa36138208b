// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { PlanePlot } from "../../shared/plot.ts";
import { csvOf } from "./csv.ts";
import { drawLines } from "./drawLines.ts";
import { drawPlane, layersOf } from "./drawPlane.ts";
import { frameOf } from "./frame.ts";
import type { Palette } from "./palette.ts";
import { svgPen } from "./svgPen.ts";

const plot: PlanePlot = {
  kind: "plane",
  title: "Paths",
  clouds: [
    { name: "Run, 1", count: 2, moments: 2, xy: Float64Array.of(0, 0, 1, 1, 0.5, 0, 1, -1), sigmas: [2, 0] },
    { name: "Run 2", count: 1, moments: 1, xy: Float64Array.of(9, 9), sigmas: null },
  ],
  exact: [{ center: [0, 0], axes: [0.5, 0, 0, 0.5], weight: 1, label: "a" }],
  field: "none",
  sigma: 0,
  trails: 2,
  view: { x: [-2, 2], y: [-1, 1] },
};

const palette: Palette = {
  theme: "dark",
  back: "#101010",
  grid: "#202020",
  axis: "#303030",
  trail: "#0000ff",
  field: "#00ff00",
  top: "#ffffff",
  series: ["#ff00ff", "#ffff00"],
  labels: ["#00ffff"],
};

test("CSV has a row for each point at each moment, with all digits", () => {
  expect(csvOf(plot).split("\n")).toEqual([
    "series,point,moment,sigma,x,y",
    '"Run, 1",0,0,2,0,0',
    '"Run, 1",1,0,2,1,1',
    '"Run, 1",0,1,0,0.5,0',
    '"Run, 1",1,1,0,1,-1',
    "Run 2,0,0,,9,9",
    "",
  ]);
});

test("CSV of a table has figures that programs read", () => {
  const rows = [{ name: "Mean", value: "−1.00, 2.00", exact: "0.00, 2.00" }];
  expect(csvOf({ kind: "table", title: "", rows })).toBe('name,value,exact\nMean,"-1.00, 2.00","0.00, 2.00"\n');
});

test("an SVG is well-formed and holds paths, rings and markers as shapes", () => {
  const { pen, text } = svgPen(400, 200, () => "data:,");
  const frame = frameOf(plot.view, 400, 200, { left: 0, top: 0, right: 0, bottom: 0 });
  drawPlane(pen, { plot, layers: layersOf(plot), time: 1, field: null, isAlone: true }, frame, palette);
  const svg = new DOMParser().parseFromString(text(), "image/svg+xml");
  expect(svg.querySelector("parsererror")).toBeNull();
  const rings = [...svg.querySelectorAll("ellipse")].map((ring) => ["cx", "cy", "rx"].map((a) => ring.getAttribute(a)));
  expect(rings).toEqual([
    ["200", "100", "50"],
    ["200", "100", "100"],
  ]);
  const trails = [...svg.querySelectorAll("polyline")].filter((line) => line.getAttribute("stroke") === "#ff00ff");
  expect(trails.map((line) => line.getAttribute("points"))).toEqual(["200,100 250,100", "300,0 300,200"]);
  expect([...svg.querySelectorAll("text")].map((text) => text.textContent)).toContain("Run, 1");
  expect(svg.querySelectorAll('path[fill="#ff00ff"]')).toHaveLength(2); // the points and the marker beside their name
});

test("lines on a logarithmic axis: equal ratios are equal steps, 0 stands on the floor", () => {
  const { pen, text } = svgPen(200, 144, () => "data:,");
  const series = [{ name: "Run 1", x: [0, 1, 2, 3], y: [100, 10, 1, 0] }];
  const plot = { kind: "lines", title: "", xLabel: "step", yLabel: "sigma", logX: false, logY: true, series } as const;
  drawLines(pen, plot, { width: 200, height: 144, isAlone: true }, palette);
  const svg = new DOMParser().parseFromString(text(), "image/svg+xml");
  const line = [...svg.querySelectorAll("polyline")].find((one) => one.getAttribute("stroke") === "#ff00ff");
  const heights = line!
    .getAttribute("points")!
    .split(" ")
    .map((pair) => Number(pair.split(",")[1]));
  expect(heights[1]! - heights[0]!).toBeCloseTo(heights[2]! - heights[1]!, 1);
  expect(heights[3]).toBe(110); // the floor: 34 pixels from the lower edge
});

test("what is not finite is left out of a picture, and parts lines", () => {
  const { pen, text } = svgPen(9, 9, () => "data:,");
  pen.markers("circle", [1, 1, Number.NaN, 2], 2, { color: "#000000" });
  pen.line([1, 1, 2, 2, Number.NaN, 2, 3, 3, 4, 4], { color: "#000000", width: 1 });
  expect(text()).not.toContain("NaN");
  expect(text()).toContain('<path d="M1,1L2,2M3,3L4,4"');
});
