import { expect, test } from "vitest";
import { scheduleShapes, scheduleWeight } from "../../shared/curves/schedules.ts";
import type { CallInfo, Curve } from "../../shared/denoiser.ts";
import { nodesByType } from "../catalog.ts";

const sigmas = [14, 5.43, 5.42, 1, 0.28, 0.1, 0];
const calls = sigmas.slice(0, -1).map(
  (sigma, step): CallInfo => ({
    step,
    steps: sigmas.length - 1,
    sigma,
    next: sigmas[step + 1],
    sigmas,
    stage: 0,
    switches: {},
  }),
);
const context = { facts: {} as never, problem: () => {} };

/** Values at each step, the same whether planned or built. */
function valuesOf(type: string, params: Record<string, unknown>): number[] {
  const node = nodesByType.get(type)!;
  const planned = calls.map((node.forecast!({}, params, context) as { curve: Curve }).curve);
  expect(calls.map((node.build!({}, params, {} as never) as { curve: Curve }).curve)).toEqual(planned);
  return planned;
}

const rising: Curve = ({ step }) => step;

test("sums and products are taken step by step", () => {
  expect(valuesOf("curve/add", { a: rising, b: () => -2 })).toEqual([-2, -1, 0, 1, 2, 3]);
  expect(valuesOf("curve/multiply", { a: rising, b: rising })).toEqual([0, 1, 4, 9, 16, 25]);
});

test("a curve moves from range to range, turned around where the range is", () => {
  const range = { curve: rising, fromLow: 1, fromHigh: 3, toLow: 10, toHigh: 30 };
  expect(valuesOf("curve/map", { ...range, clamp: false })).toEqual([0, 10, 20, 30, 40, 50]);
  expect(valuesOf("curve/map", { ...range, clamp: true })).toEqual([10, 10, 20, 30, 30, 30]);
  expect(valuesOf("curve/map", { ...range, toLow: 30, toHigh: 10, clamp: true })).toEqual([30, 30, 20, 10, 10, 10]);
});

test("an interval excludes its lower level and includes its upper one", () => {
  const levels = { inside: () => 4, outside: () => 1, sigmaLow: 0.28, sigmaHigh: 5.42 };
  expect(valuesOf("curve/interval", levels)).toEqual([1, 1, 4, 4, 1, 1]);
});

test("a list gives each step its value and keeps the last one", () => {
  expect(valuesOf("curve/steps", { values: [3, 1, 2] })).toEqual([3, 1, 2, 2, 2, 2]);
});

test("an empty range and an empty list are refused", () => {
  const sentences: string[] = [];
  const asking = { ...context, problem: ({ message }: { message: string }) => void sentences.push(message) };
  nodesByType.get("curve/map")!.forecast!({}, { fromLow: 2, fromHigh: 2 }, asking);
  nodesByType.get("curve/steps")!.forecast!({}, { values: [] }, asking);
  expect(sentences).toEqual([
    "The range from 2 to 2 is empty. Give it two different ends.",
    "The list is empty. Write at least one number.",
  ]);
});

test("published shapes have mean 1, so a schedule guides as much as its constant", () => {
  for (const { id } of scheduleShapes.filter((shape) => shape.id !== "power-cosine")) {
    let sum = 0;
    for (let i = 0; i < 1000; i++) {
      const options = { shape: id, scale: 1, reading: "literal", power: 1, floor: null } as const;
      sum += scheduleWeight(options, (i + 0.5) / 1000);
    }
    expect(sum / 1000, id).toBeCloseTo(1, 3);
  }
});

test.each([
  ["linear", [0, 0.5, 1, 1.5, 2]],
  ["inverse-linear", [2, 1.5, 1, 0.5, 0]],
  ["cosine", [0, 1 - Math.SQRT1_2, 1, 1 + Math.SQRT1_2, 2]],
  ["sine", [2, 1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2, 0]],
  ["v-shape", [2, 1, 0, 1, 2]],
  ["lambda-shape", [0, 1, 2, 1, 0]],
  ["power-cosine", [0, (1 - Math.SQRT1_2) / 2, 0.5, (1 + Math.SQRT1_2) / 2, 1]],
] as const)("%s as published, in both readings", (shape, factors) => {
  const at = (progress: number, reading: "literal" | "above-one") =>
    scheduleWeight({ shape, scale: 5, reading, power: 1, floor: null }, progress);
  factors.forEach((factor, i) => {
    expect(at(i / 4, "literal")).toBeCloseTo(5 * factor, 12);
    expect(at(i / 4, "above-one")).toBeCloseTo(1 + 4 * factor, 12);
  });
});

test("power cosine rises early below 1 and late above it; a floor holds", () => {
  const at = (power: number) =>
    scheduleWeight({ shape: "power-cosine", scale: 8, reading: "literal", power, floor: null }, 0.25);
  // (1 - cos(pi / 2)) / 2 at 0.25^0.5, (1 - cos(pi / 16)) / 2 at 0.25^2.
  expect(at(0.5)).toBeCloseTo(4, 12);
  expect(at(2)).toBeCloseTo(4 * (1 - Math.cos(Math.PI / 16)), 12);
  expect(scheduleWeight({ shape: "linear", scale: 7, reading: "literal", power: 1, floor: 2 }, 0.1)).toBe(2);
  expect(scheduleWeight({ shape: "linear", scale: 7, reading: "literal", power: 1, floor: 2 }, 0.5)).toBe(7);
});

test("a schedule measures progress by steps, sigma or its logarithm", () => {
  const base = { shape: "linear", scale: 3, reading: "above-one", power: 1, floor: null };
  expect(valuesOf("curve/schedule", { ...base, domain: "step" })).toEqual([1, 1.8, 2.6, 3.4, 4.2, 5]);
  const bySigma = valuesOf("curve/schedule", { ...base, domain: "sigma" });
  expect(bySigma[3]).toBeCloseTo(1 + 4 * ((14 - 1) / (14 - 0.1)), 12);
  const byLog = valuesOf("curve/schedule", { ...base, domain: "log-sigma" });
  expect(byLog[3]).toBeCloseTo(1 + 4 * (Math.log(14) / Math.log(140)), 12);
  for (const values of [bySigma, byLog]) expect([values[0], values[5]]).toEqual([1, 5]);
});
