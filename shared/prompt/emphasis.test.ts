import { expect, test } from "vitest";
import { weighFromEmpty, weighKeepingMean } from "./emphasis.ts";

const states = { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [1, 3, 2] };
const empty = { data: Float32Array.of(0, 0, 1, 1, 2, 2), shape: [1, 3, 2] };
const weights = Float64Array.of(1, 1.5, 0);

test("away from the empty prompt, or onto it; tokens of weight 1 stay as they are", () => {
  expect([...weighFromEmpty(states, empty, weights).data]).toEqual([1, 2, 4, 5.5, 2, 2]);
});

test("multiplied, with the mean brought back", () => {
  const { data } = weighKeepingMean(states, weights);
  // Products 1, 2, 4.5, 6, 0, 0 add up to 13.5; the states to 21.
  [1, 2, 4.5, 6, 0, 0].forEach((product, i) => {
    expect(data[i]).toBeCloseTo((product * 21) / 13.5, 5);
  });
  expect(weighKeepingMean(states, Float64Array.of(0, 0, 0)).data.every((value) => value === 0)).toBe(true);
});
