import { expect, test } from "vitest";
import { differenceOf, meanOf, thresholdFor } from "./statistics.ts";

test("a mean comes with its error, and pairs cancel what they share", () => {
  expect(meanOf([1, 2, 3])).toEqual({ mean: 2, error: Math.sqrt(1 / 3) });
  expect(differenceOf([11, 22, 33], [10, 21, 32])).toEqual({ mean: 1, error: 0 });
});

test("the threshold is the highest that saves the share asked for, after the steps that are guided in any case", () => {
  const walks = [
    [0.99, 0.5, 0.7, 0.8, 0.9],
    [0.99, 0.6, 0.8, 0.85, 0.9],
  ];
  // At 0.8, steps 3 and 2 find it: one and two of five steps are left to save, a tenth and a fifth of all evaluations.
  expect(thresholdFor(walks, 0.15, 1)).toBe(0.8);
  expect(thresholdFor(walks, 0.25, 1)).toBe(0.6);
});
