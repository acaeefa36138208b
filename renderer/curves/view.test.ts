import { expect, test, vi } from "vitest";
import { alongAxis } from "../../shared/curves/curve.ts";
import { type CurveValue, refuseCurve } from "../../shared/curves/curveValue.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { curvePresets, meanOf } from "./presets.ts";
import { snapped } from "./snap.ts";
import { axisTicks, curvePath, pixelX, pixelY, plotBox, ticks, valueAtPixel, viewOf } from "./view.ts";
import { sigmasFor } from "./walk.ts";

vi.mock("../state/catalog.ts", () => ({
  catalogByType: new Map([
    ["s", { inputs: { denoiser: port.denoiser(""), sigmas: port.sigmas("") } }],
    ["d", { inputs: { a: port.denoiser("") } }],
    ["sigmas", { inputs: {} }],
  ]),
}));

const scale = param.curve({ default: 4, min: -100, max: 1000, slider: [0, 16], about: "" });
const amount = param.curve({ default: 0.5, min: 0, max: 1, about: "" });
const curve: CurveValue = {
  over: "sigma",
  interpolation: "monotone",
  points: [
    [0.1, 1],
    [1, 4],
    [10, 2],
  ],
};
const view = viewOf(curve, scale, [14, 3, 1, 0.03, 0], plotBox);

test("the plot runs from the first level at the left to the last one at the right, over the parameter's range", () => {
  expect(view.values).toEqual([0, 16]);
  expect(pixelX(view, 14)).toBeLessThan(pixelX(view, 1));
  expect(pixelX(view, 14)).toBeLessThan(plotBox.left + 12);
  expect(pixelX(view, 0.03)).toBeGreaterThan(plotBox.left + plotBox.width - 12);
  expect(pixelY(view, 0)).toBe(plotBox.top + plotBox.height);
  expect(axisTicks(view)).toEqual([10, 3, 1, 0.3, 0.1, 0.03]);
  const [x, y] = valueAtPixel(view, pixelX(view, 2.5), pixelY(view, 7));
  expect(x).toBeCloseTo(2.5, 12);
  expect(y).toBeCloseTo(7, 12);
});

test("values beyond the slider have room; a parameter without ranges gets one from its values", () => {
  const high: CurveValue = { ...curve, points: [[1, 40]] };
  expect(viewOf(high, scale, undefined, plotBox).values[1]).toBeGreaterThan(40);
  const bare = param.curve({ default: 0, about: "" });
  const zero: CurveValue = { ...curve, points: [[1, 0]] };
  const [low, top] = viewOf(zero, bare, undefined, plotBox).values;
  expect(low).toBeLessThan(top);
});

test("the line passes through the points, steps stand upright", () => {
  const path = curvePath(curve, view);
  const [px, py] = [pixelX(view, 1), pixelY(view, 4)].map((pixel) => Math.round(pixel * 100) / 100);
  expect(path).toContain(`L${px} ${py}`);
  expect(curvePath({ ...curve, interpolation: "step" }, view)).toMatch(/^M[\d.]+ [\d.]+(H[\d.]+V[\d.]+)+$/);
});

test("round numbers on the axes", () => {
  expect(ticks(0, 16, 4)).toEqual([0, 5, 10, 15]);
  expect(ticks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
});

test("a point snaps to a step of the walk, else to the grid, always into the limits", () => {
  const sigmas = [14, 3, 1, 0.03, 0];
  expect(snapped([3.05, 4.04], view, { param: scale, sigmas, isFree: false })).toEqual([3, 4]);
  expect(snapped([0.5432, -4000], view, { param: scale, sigmas, isFree: false })).toEqual([0.54, -100]);
  expect(snapped([3.0512345, 4.0412], view, { param: scale, sigmas, isFree: true })).toEqual([3.051, 4.04]);
});

test("presets stand for a weight: none guides less than a scale of 1, amounts stay in 0..1", () => {
  for (const { value, label } of curvePresets(scale, 5)) {
    expect(refuseCurve(label, value)).toBeNull();
    expect(Math.min(...value.points.map(([, y]) => y)), label).toBeGreaterThanOrEqual(1);
  }
  for (const { value } of curvePresets(amount, 0.8))
    for (const [, y] of value.points) expect(y >= 0 && y <= 1).toBe(true);
  const byId = new Map(curvePresets(scale, 5).map(({ id, value }) => [id, value]));
  expect(byId.get("linear")?.points).toEqual([
    [0, 1],
    [1, 9],
  ]);
  expect(byId.get("lambda-shape")?.points).toEqual([
    [0, 1],
    [0.5, 9],
    [1, 1],
  ]);
  const cosine = alongAxis(byId.get("cosine") as CurveValue);
  for (let t = 0; t <= 1; t += 0.01)
    expect(Math.abs(cosine(t) - (1 + 4 * (1 - Math.cos(Math.PI * t))))).toBeLessThan(0.05);
});

test("a curve's constant is its mean over the steps, on the grid", () => {
  expect(meanOf(7, scale, undefined)).toBe(7);
  const rising: CurveValue = {
    over: "fraction",
    interpolation: "linear",
    points: [
      [0, 1],
      [1, 9],
    ],
  };
  expect(meanOf(rising, scale, [4, 3, 2, 1, 0])).toBe(5);
  expect(meanOf(rising, scale, undefined)).toBe(5);
});

test("the walk is that of the sampler downstream; a single schedule serves what is not connected yet", () => {
  const node = (id: string, type: string) => ({ id, type, params: {} });
  const workflow: Workflow = {
    fairlead: 1,
    nodes: [
      node("g", "d"),
      node("r", "d"),
      node("lone", "d"),
      node("s", "s"),
      node("t", "s"),
      node("a", "sigmas"),
      node("b", "sigmas"),
    ],
    edges: [
      { from: ["g", "denoiser"], to: ["r", "a"] },
      { from: ["r", "denoiser"], to: ["s", "denoiser"] },
      { from: ["a", "sigmas"], to: ["t", "sigmas"] },
      { from: ["b", "sigmas"], to: ["s", "sigmas"] },
    ],
  };
  const known = { a: { sigmas: [1, 0] }, b: { sigmas: [2, 0] } };
  expect(sigmasFor(workflow, "g", known)).toEqual([2, 0]);
  expect(sigmasFor(workflow, "lone", known)).toBeUndefined();
  expect(sigmasFor(workflow, "lone", { a: known.a })).toEqual([1, 0]);
});
