import { expect, test } from "vitest";
import { evaluate } from "./arithmetic.ts";
import { formatBytes, formatCount, formatNumber, formatSeconds } from "./format.ts";

test.each([
  ["4*4", 16],
  ["1,5 + .5", 2],
  ["2 ^ 3 ^ 2", 512],
  ["-2^2", -4],
  ["2^-1", 0.5],
  ["(1 + 2) * -3", -9],
  ["10 − 4 / 8", 9.5],
  ["3 × 4 ÷ 6", 2],
  ["1e-3", 0.001],
  ["8 - 3 - 2", 3],
  ["1\u2009480", 1480],
  ["0,75", 0.75],
  ["1,5e-3", 0.0015],
  [".5", 0.5],
  ["7.50", 7.5],
  ["1 234,5", 1234.5],
  ["1\u00a0234\u202f567.25", 1234567.25],
  ["12'345", 12345],
  ["1,234.5", 1234.5],
  ["1.234.567,5", 1234567.5],
  ["７．５", 7.5],
  ["１，５ ＋ ２", 3.5],
])("%s = %d", (text, value) => expect(evaluate(text)).toBeCloseTo(value, 12));

test.each([
  "",
  "  ",
  "4*",
  "(1",
  "1)",
  "1 2",
  "1 23",
  "12 3456",
  "1,2,3",
  "1.2,3.4",
  "1/0",
  "alert(1)",
  "2**3",
  "()",
  "1..2",
  "(".repeat(500),
])("%j is no number", (text) => expect(evaluate(text)).toBeNull());

test("numbers keep their decimals and hide no digit that counts", () => {
  expect(formatNumber(4, 2)).toBe("4.00");
  expect(formatNumber(-0.5, 2)).toBe("−0.50");
  expect(formatNumber(0.125, 2)).toBe("0.125");
  expect(formatNumber(1 / 3, 2)).toBe("0.333333");
  expect(formatNumber(64, 0)).toBe("64");
  expect(formatNumber(12.5, 0)).toBe("12.5");
});

test("counts, times and sizes read as in the design", () => {
  expect(formatCount(1480)).toBe("1\u2009480");
  expect(formatCount(40)).toBe("40");
  expect(formatCount(1234567)).toBe("1\u2009234\u2009567");
  expect(formatSeconds(0.19)).toBe("0.19\u00a0s");
  expect(formatSeconds(4.8)).toBe("4.8\u00a0s");
  expect(formatSeconds(59.7)).toBe("1\u00a0min 0\u00a0s");
  expect(formatSeconds(7800)).toBe("2\u00a0h 10\u00a0min");
  expect(formatBytes(92 * 1024 ** 2)).toBe("92\u00a0MB");
  expect(formatBytes(1.1 * 1024 ** 2)).toBe("1.1\u00a0MB");
  expect(formatBytes(12)).toBe("12\u00a0B");
});
