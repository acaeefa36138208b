import { expect, test } from "vitest";
import { type NetworkUse, PeakForecast, partsOf } from "./peak.ts";

const use = (weights: number, values: number, isDivisible = false): NetworkUse => ({ weights, values, isDivisible });
const gigabyte = 1e9;

/** What is forecast beyond the program itself, in GB. */
function peakOf(budget: number, steps: readonly (readonly [string, NetworkUse, number])[]) {
  const forecast = new PeakForecast(budget * gigabyte);
  const idle = forecast.peakBytes;
  for (const [name, { weights, values, isDivisible }, results] of steps) {
    const own = use(weights * gigabyte, values * gigabyte, isDivisible);
    forecast.add(name, new Map([[name, own]]), results * gigabyte);
  }
  const excess = forecast.excess && { ...forecast.excess, bytes: forecast.excess.bytes / gigabyte };
  return { peak: Math.round((forecast.peakBytes - idle) / 1e6) / 1e3, excess };
}

const run = [
  ["text", use(0.5, 0.1), 0],
  ["unet", use(3.4, 0.6), 0.1],
  ["vae", use(0.2, 0.8, true), 0.2],
] as const;

test("where there is room, all networks stay open beside the results", () => {
  expect(peakOf(16, run)).toEqual({ peak: 5.9, excess: null });
});

test("under a budget earlier networks have made room", () => {
  expect(peakOf(4, run)).toEqual({ peak: 4.1, excess: null });
});

test("a call that cannot be divided is told of, one that can keeps within the budget", () => {
  expect(peakOf(2, [["vae", use(0.2, 8, true), 0]])).toEqual({ peak: 2, excess: null });
  expect(peakOf(2, [["unet", use(0.5, 3), 0]]).excess).toEqual({ step: "unet", bytes: 3.5 });
});

test("weights beyond the budget count as several networks", () => {
  expect(partsOf(use(3, 1), 4)).toBe(1);
  expect(partsOf(use(10, 1), 4)).toBe(4);
  expect(peakOf(4, [["flux", use(40, 1), 0]])).toEqual({ peak: 4, excess: null });
});
