import fc from "fast-check";
import { expect, test } from "vitest";
import type { CallInfo } from "../denoiser.ts";
import { alongAxis, curveOf } from "./curve.ts";
import { type CurvePoint, type CurveValue, interpolations, refuseCurve } from "./curveValue.ts";
import { interpolate } from "./interpolate.ts";

const at = (step: number, steps: number, sigma: number): CallInfo => ({
  step,
  steps,
  sigma,
  next: 0,
  sigmas: [],
  stage: 0,
  switches: {},
});

const points = fc
  .uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 8 })
  .chain((xs) =>
    fc
      .array(fc.integer({ min: -20, max: 20 }), { minLength: xs.length, maxLength: xs.length })
      .map((ys) => xs.sort((a, b) => a - b).map((x, i): CurvePoint => [x, ys[i]])),
  );

test.each(interpolations)("%s passes exactly through its points and never leaves their neighbours' range", (kind) => {
  fc.assert(
    fc.property(points, fc.double({ min: -60, max: 60, noNaN: true }), (all, x) => {
      const f = interpolate(kind, all);
      for (const [px, py] of all) expect(f(px)).toBe(py);
      const right = all.findIndex(([px]) => px > x);
      const near = right < 0 ? [all[all.length - 1]] : right === 0 ? [all[0]] : [all[right - 1], all[right]];
      const ys = near.map(([, y]) => y);
      expect(f(x)).toBeGreaterThanOrEqual(Math.min(...ys) - 1e-12);
      expect(f(x)).toBeLessThanOrEqual(Math.max(...ys) + 1e-12);
    }),
  );
});

test("monotone is a smooth cubic: known slopes, no overshoot behind a plateau, exactly flat between equal values", () => {
  // Secants 1 and 1: the straight line itself. Secants 1 and 3 meet with slope 2.
  const line = interpolate("monotone", [
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
  expect(line(0.3)).toBeCloseTo(0.3, 14);
  const bent = interpolate("monotone", [
    [0, 0],
    [1, 1],
    [2, 4],
  ]);
  // Hermite with slopes 1 and 2 at t = 1/2: (y0 + y1) / 2 + (m0 - m1) / 8.
  expect(bent(0.5)).toBeCloseTo(0.5 - 1 / 8, 14);
  const flat = interpolate("monotone", [
    [0, 1],
    [1, 1],
    [2, 9],
  ]);
  for (const x of [0.1, 0.37, 0.99]) expect(flat(x)).toBe(1);
  expect(flat(1.01)).toBeGreaterThan(1);
});

test("a fraction runs from 0 at the first step to 1 at the last", () => {
  const curve = curveOf({
    over: "fraction",
    interpolation: "linear",
    points: [
      [0, 2],
      [1, 6],
    ],
  });
  expect([0, 1, 2, 3, 4].map((step) => curve(at(step, 5, 1)))).toEqual([2, 3, 4, 5, 6]);
  expect(curve(at(0, 1, 1))).toBe(2);
});

test("over sigma it is straight in the logarithm and holds beyond its points, 0 and infinity included", () => {
  const curve = curveOf({
    over: "sigma",
    interpolation: "linear",
    points: [
      [0.1, 1],
      [10, 5],
    ],
  });
  expect(curve(at(0, 5, 1))).toBeCloseTo(3, 12);
  expect([0, 0.01, 0.1, 10, 80, Number.POSITIVE_INFINITY].map((sigma) => curve(at(0, 5, sigma)))).toEqual([
    1, 1, 1, 5, 5, 5,
  ]);
});

test("over log-SNR it is the same line, mirrored", () => {
  const sigma: CurveValue = {
    over: "sigma",
    interpolation: "monotone",
    points: [
      [0.1, 1],
      [1, 4],
      [10, 5],
    ],
  };
  const snr = (s: number) => -2 * Math.log(s);
  const mirrored: CurveValue = {
    over: "logSnr",
    interpolation: "monotone",
    points: [
      [snr(10), 5],
      [snr(1), 4],
      [snr(0.1), 1],
    ],
  };
  for (const s of [0.05, 0.2, 0.9, 3, 20])
    expect(curveOf(mirrored)(at(0, 9, s))).toBeCloseTo(curveOf(sigma)(at(0, 9, s)), 12);
});

test("a step holds from its point on to later steps: an interval excludes its lower level and includes the upper one", () => {
  const interval = alongAxis({
    over: "sigma",
    interpolation: "step",
    points: [
      [0.28, 1],
      [5.42, 4],
      [100, 1],
    ],
  });
  expect([14, 5.43, 5.42, 1, 0.281, 0.28, 0.1].map(interval)).toEqual([1, 1, 4, 4, 4, 1, 1]);
  const halves = curveOf({
    over: "fraction",
    interpolation: "step",
    points: [
      [0, 1],
      [0.5, 3],
    ],
  });
  expect([0, 1, 2, 3, 4].map((step) => halves(at(step, 5, 1)))).toEqual([1, 1, 3, 3, 3]);
});

test.each<[object, string]>([
  [{}, "is a curve without “over”. It takes fraction, sigma, logSnr."],
  [{ over: "time", points: [] }, "is a curve with over “time”. It takes"],
  [
    { over: "sigma", interpolation: "cubic", points: [[1, 1]] },
    "is a curve with interpolation “cubic”. It takes monotone, linear, step.",
  ],
  [{ over: "sigma", interpolation: "linear", points: [] }, "is a curve without points. Give it at least one"],
  [
    {
      over: "sigma",
      interpolation: "linear",
      points: [
        [1, 1],
        [2, "3"],
      ],
    },
    "whose point 2 is not a pair of finite numbers.",
  ],
  [
    { over: "sigma", interpolation: "linear", points: [[1, Number.NaN]] },
    "whose point 1 is not a pair of finite numbers.",
  ],
  [{ over: "sigma", interpolation: "linear", points: [[0, 1]] }, "whose point 1 lies at 0. Noise levels lie above 0"],
  [
    {
      over: "fraction",
      interpolation: "linear",
      points: [
        [0, 1],
        [1.5, 2],
      ],
    },
    "whose point 2 lies at 1.5. Fractions go from 0",
  ],
  [
    {
      over: "logSnr",
      interpolation: "linear",
      points: [
        [1, 1],
        [1, 2],
      ],
    },
    "whose point 2 does not lie beyond the one before it.",
  ],
])("refuses %j", (value, part) => {
  expect(refuseCurve("Scale", value)).toContain(part);
  expect(refuseCurve("Scale", value)).toMatch(/^Scale is a curve .*\.$/);
});

test("takes what the editor draws", () => {
  expect(
    refuseCurve("Scale", {
      over: "logSnr",
      interpolation: "monotone",
      points: [
        [-5, 1],
        [5, -2],
      ],
    }),
  ).toBeNull();
});
