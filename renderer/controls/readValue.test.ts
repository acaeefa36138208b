import { expect, test } from "vitest";
import { readNumbers, readSeed } from "./readValue.ts";
import { onGrid } from "./useScrub.ts";

test("a seed keeps every digit and stays within 64 bits", () => {
  expect(readSeed("1074")).toBe(1074);
  expect(readSeed("9007199254740991")).toBe(9007199254740991);
  expect(readSeed("9007199254740993")).toBe(9007199254740993n);
  expect(readSeed("18446744073709551615")).toBe(18446744073709551615n);
  expect(readSeed("18 446 744 073 709 551 615")).toBe(18446744073709551615n);
  expect(readSeed("18446744073709551616")).toBeNull();
  expect(readSeed("2^10")).toBe(1024);
  for (const text of ["-1", "", "abc", "1e40", "2^64"]) expect(readSeed(text)).toBeNull();
});

test("a list of numbers takes the usual separators and nothing else", () => {
  expect(readNumbers("1, 0.5; 0")).toEqual([1, 0.5, 0]);
  expect(readNumbers(" −2 3e-1\n")).toEqual([-2, 0.3]);
  expect(readNumbers("")).toEqual([]);
  for (const text of ["1, x", "1..2", "NaN", "Infinity"]) expect(readNumbers(text)).toBeNull();
});

test("dragging lands on multiples of the step without stray digits", () => {
  expect(onGrid(0.30000000000000004, 0.1)).toBe(0.3);
  expect(onGrid(4.26, 0.1)).toBe(4.3);
  expect(onGrid(0.1 + 0.2, 0.01)).toBe(0.3);
  expect(onGrid(67, 8)).toBe(64);
  expect(onGrid(-1.26, 0.5)).toBe(-1.5);
});
