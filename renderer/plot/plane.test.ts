import { expect, test } from "vitest";
import type { Cloud, Ellipse } from "../../shared/plot.ts";
import { dustOf } from "./dust.ts";
import { fieldOf } from "./field.ts";
import { frameOf, panned, zoomed } from "./frame.ts";
import { blurOf, glowOf, tinted } from "./glow.ts";
import { chosenPoints, pathOf, pointsAt, sigmaAt } from "./moment.ts";

const none = { left: 0, top: 0, right: 0, bottom: 0 };

test("a frame keeps circles round, shows all that was asked for and finds its way back", () => {
  const frame = frameOf({ x: [-1, 1], y: [-1, 1] }, 230, 120, { left: 20, top: 10, right: 10, bottom: 10 });
  expect(frame.unit).toBe(50);
  expect(frame.box).toEqual({ x: [-2, 2], y: [-1, 1] });
  expect([frame.x(-2), frame.x(2), frame.y(1), frame.y(-1)]).toEqual([20, 220, 10, 110]);
  expect(frame.invert(frame.x(0.3), frame.y(-0.7))[0]).toBeCloseTo(0.3, 12);
  expect(frame.invert(frame.x(0.3), frame.y(-0.7))[1]).toBeCloseTo(-0.7, 12);
});

test("zooming keeps the point under the pointer", () => {
  expect(zoomed({ x: [0, 4], y: [0, 2] }, 2, [1, 2])).toEqual({ x: [0.5, 2.5], y: [1, 2] });
  expect(panned({ x: [0, 4], y: [0, 2] }, 1, -1)).toEqual({ x: [1, 5], y: [-1, 1] });
});

const walk: Cloud = {
  name: "",
  count: 2,
  moments: 3,
  xy: Float64Array.of(0, 0, 10, 10, 2, 4, 10, 0, 2, 8, 0, 0),
  sigmas: [8, 2, 0],
};

test("between two moments points are on the line that joins them", () => {
  expect([...pointsAt(walk, 0)]).toEqual([0, 0, 10, 10]);
  expect([...pointsAt(walk, 0.5)]).toEqual([1, 2, 10, 5]);
  expect([...pointsAt(walk, 99)]).toEqual([2, 8, 0, 0]);
  expect([sigmaAt(walk, 0.5), sigmaAt(walk, 2), sigmaAt({ ...walk, sigmas: null }, 1)]).toEqual([5, 0, null]);
});

test("a path ends where its point is", () => {
  expect([...pathOf(walk, 0, 0)]).toEqual([0, 0]);
  expect([...pathOf(walk, 0, 1.5)]).toEqual([0, 0, 2, 4, 2, 6]);
  expect([...pathOf(walk, 1, 2)]).toEqual([10, 10, 10, 0, 0, 0]);
  expect(chosenPoints(10, 4)).toEqual([0, 2, 5, 7]);
  expect(chosenPoints(3, 54)).toEqual([0, 1, 2]);
});

test("a glow holds every point in sight and is brightest where they are", () => {
  const frame = frameOf({ x: [-1, 1], y: [-1, 1] }, 200, 200, none);
  const points = new Float32Array(2 * 1000);
  points.set([50, 50], 0); // out of sight
  const { values, width, peak } = glowOf(points, frame, blurOf(points, frame));
  expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(999, 1);
  expect(values.indexOf(peak)).toBe(50 * width + 50);
  const bytes = tinted({ values, peak }, [200, 0, 0], [255, 255, 255], 1);
  const [red, green, , alpha] = bytes.slice(4 * (50 * width + 50));
  expect(red).toBeGreaterThan(200);
  expect(green).toBeGreaterThan(100); // most of the way to white
  expect(alpha).toBe(255);
  expect([...bytes.slice(0, 4)]).toEqual([0, 0, 0, 0]);
});

test("points close to each other are blurred less than scattered ones", () => {
  const frame = frameOf({ x: [-1, 1], y: [-1, 1] }, 200, 200, none);
  const scattered = Float32Array.from({ length: 200 }, (_, i) => ((i * 0.618) % 2) - 1);
  expect(blurOf(new Float32Array(200), frame)).toBe(1);
  expect(blurOf(scattered, frame)).toBe(6);
});

test("dust is a speck for each point in sight", () => {
  const frame = frameOf({ x: [-1, 1], y: [-1, 1] }, 100, 100, none);
  const { bytes, columns } = dustOf(Float32Array.of(0, 0, 5, 5, 0.5, 0.5), frame, [1, 2, 3], 1);
  const words = new Uint32Array(bytes.buffer);
  expect(words.filter((word) => word !== 0)).toHaveLength(2 * 9);
  expect([...bytes.slice(4 * (100 * columns + 100), 4 * (100 * columns + 100) + 4)]).toEqual([1, 2, 3, 255]);
});

const round: Ellipse = { center: [1, 0], axes: [0.5, 0, 0, 0.5], weight: 1, label: "" };

test("the field of one Gaussian is its formula, under noise and far away too", () => {
  const grid = fieldOf({
    exact: [round],
    guided: undefined,
    sigma: 1,
    box: { x: [0, 4], y: [0, 2] },
    columns: 2,
    rows: 1,
  });
  // Cell centres (1, 1) and (3, 1); variance 0.25 + 1.
  expect(grid.density[0]).toBeCloseTo(Math.exp(-1 / 2.5) / (2 * Math.PI * 1.25), 6);
  expect([...grid.score]).toEqual([0, -0.8, -1.6, -0.8].map((value) => expect.closeTo(value, 6)));
  const far = fieldOf({
    exact: [round],
    guided: undefined,
    sigma: 0,
    box: { x: [0, 2000], y: [-1, 1] },
    columns: 1,
    rows: 1,
  });
  expect(far.score[0]).toBeCloseTo((1 - 1000) / 0.25, 0);
});

test("a turned Gaussian has the score of its own axes", () => {
  const h = Math.SQRT1_2;
  const exact = [{ ...round, center: [0, 0] as const, axes: [2 * h, 2 * h, -h, h] as const }];
  const [sx, sy] = fieldOf({
    exact,
    guided: undefined,
    sigma: 0,
    box: { x: [0, 2], y: [0, 2] },
    columns: 1,
    rows: 1,
  }).score;
  // (1, 1) lies on the long axis, variance 4.
  expect([sx, sy]).toEqual([expect.closeTo(-0.25, 4), expect.closeTo(-0.25, 4)]);
});

test("a power of a part against the whole has the extrapolated score, and a peak of 1", () => {
  const exact = [
    { ...round, weight: 0.5 },
    { ...round, center: [-1, 0] as const, weight: 0.5 },
  ];
  const look = (guided: { weights: number[]; power: number } | undefined) =>
    fieldOf({ exact, guided, sigma: 0.5, box: { x: [0, 1], y: [0, 1] }, columns: 1, rows: 1 });
  const [part, whole, aimed] = [
    look({ weights: [1, 0], power: 1 }),
    look(undefined),
    look({ weights: [1, 0], power: 3 }),
  ];
  // Cell centre (0.5, 0.5), the part is one Gaussian of variance 0.25 + 0.25.
  expect(part.score[0]).toBeCloseTo((1 - 0.5) / 0.5, 6);
  expect(aimed.score[0]).toBeCloseTo(3 * part.score[0]! - 2 * whole.score[0]!, 5);
  expect(aimed.density[0]).toBe(1);
});
