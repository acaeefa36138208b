import { evaluate } from "./arithmetic.ts";

/** The greatest seed. */
export const highestSeed = 2n ** 64n - 1n;

/** A whole number from 0 to 2^64 − 1 as a document keeps it: a bigint from 2^53 on; null if the text is none. */
export function readSeed(text: string): number | bigint | null {
  const digits = text.replace(/[\s\u2009\u202f\u00a0]/g, "");
  if (/^\d{1,30}$/.test(digits)) {
    const exact = BigInt(digits);
    if (exact > highestSeed) return null;
    return exact > BigInt(Number.MAX_SAFE_INTEGER) ? exact : Number(exact);
  }
  const value = evaluate(text);
  return value === null || value < 0 || value > Number.MAX_SAFE_INTEGER ? null : Math.round(value);
}

/** Numbers of a list with points as decimals, or null if something in it is no number. */
export function readNumbers(text: string): readonly number[] | null {
  const parts = text
    .replaceAll("−", "-")
    .split(/[\s,;]+/)
    .filter((part) => part !== "");
  const numbers = parts.map(Number);
  return numbers.every(Number.isFinite) ? numbers : null;
}
