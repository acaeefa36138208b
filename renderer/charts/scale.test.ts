import { expect, test } from "vitest";
import { createScale, formatTick, niceDomain, ticksOf } from "./scale.ts";

test("a linear scale maps its ends and middle, and back", () => {
  const scale = createScale("linear", [0, 10], [100, 0]);
  expect([0, 5, 10].map(scale.at)).toEqual([100, 50, 0]);
  expect(scale.invert(25)).toBeCloseTo(7.5);
});

test("a falling logarithmic scale gives each decade the same room", () => {
  const scale = createScale("log", [100, 0.01], [0, 400]);
  for (const [i, value] of [100, 10, 1, 0.1, 0.01].entries()) expect(scale.at(value)).toBeCloseTo(i * 100);
  expect(scale.invert(200)).toBeCloseTo(1);
  expect(Number.isFinite(scale.at(0))).toBe(false);
});

test("a domain of one value stands in the middle", () => {
  expect(createScale("linear", [4, 4], [0, 100]).at(4)).toBe(50);
  expect(createScale("linear", [0, 0], [0, 100]).at(0)).toBe(50);
  expect(createScale("log", [4, 4], [0, 100]).at(4)).toBeCloseTo(50);
});

test("linear ticks are round, inside the domain and free of rounding", () => {
  expect(ticksOf(createScale("linear", [0, 60], [0, 1]), 3)).toEqual([0, 20, 40, 60]);
  expect(ticksOf(createScale("linear", [-0.2, 0.7], [0, 1]), 5)).toEqual([-0.2, 0, 0.2, 0.4, 0.6]);
  expect(ticksOf(createScale("linear", [0, 1], [0, 1]), 10)).toContain(0.3);
});

test("logarithmic ticks are powers of ten, with threes between where there is room", () => {
  expect(ticksOf(createScale("log", [14, 0.03], [0, 1]), 6)).toEqual([0.03, 0.1, 0.3, 1, 3, 10]);
  expect(ticksOf(createScale("log", [1e-6, 1e6], [0, 1]), 4)).toEqual([1e-6, 1e-3, 1, 1e3, 1e6]);
  expect(ticksOf(createScale("log", [2, 4], [0, 1]), 4)).toEqual([2, 2.5, 3, 3.5, 4]);
});

test("a nice domain holds its values and ends on ticks", () => {
  expect(niceDomain(0.3, 57, 3)).toEqual([0, 60]);
  expect(niceDomain(0, 60, 3)).toEqual([0, 60]);
  expect(niceDomain(-3.2, 4.1, 4)).toEqual([-4, 6]);
  const [low, high] = niceDomain(2, 2, 4);
  expect(low).toBeLessThan(2);
  expect(high).toBeGreaterThan(2);
});

test("ticks read as people write them", () => {
  expect([0, 60, 0.5, -0.2, 0.003, 1e-6, 2e7].map(formatTick)).toEqual([
    "0",
    "60",
    "0.5",
    "−0.2",
    "0.003",
    "1e−6",
    "2e7",
  ]);
});
