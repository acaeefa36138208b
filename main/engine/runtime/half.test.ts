import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHalf, toHalf } from "./half.ts";

test("every half word survives the way through float32", () => {
  const words = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const back = toHalf(fromHalf(words));
  const isNan = (word: number) => (word & 0x7c00) === 0x7c00 && (word & 0x3ff) !== 0;
  words.forEach((word, i) => {
    if (isNan(word)) expect(isNan(back[i])).toBe(true);
    else if (back[i] !== word) expect(back[i]).toBe(word);
  });
});

test("known values and the edges of the range", () => {
  const values = [1, -2, 65504, 65520, 1e6, 2 ** -24, 2 ** -25, 2 ** -26, 1 + 2 ** -11, 1 + 3 * 2 ** -11];
  const words = [0x3c00, 0xc000, 0x7bff, 0x7c00, 0x7c00, 0x0001, 0x0000, 0x0000, 0x3c00, 0x3c02];
  expect([...toHalf(values)]).toEqual(words);
});

test("rounding never changes a value by more than half a step", () => {
  fc.assert(
    fc.property(fc.float({ min: -60000, max: 60000, noNaN: true }), (value) => {
      const [rounded] = fromHalf(toHalf([value]));
      expect(Math.abs(rounded - value)).toBeLessThanOrEqual(Math.max(2 ** -25, Math.abs(value) * 2 ** -11));
    }),
  );
});
