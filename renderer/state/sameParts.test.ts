import { expect, test } from "vitest";
import { withSameParts } from "./sameParts.ts";

test("equal values are the ones before", () => {
  const before = { steps: [{ node: "a", cached: true }], known: { a: { sigmas: [1, 0] } } };
  expect(withSameParts(before, structuredClone(before))).toBe(before);
});

test("a change leaves what is beside it as it was", () => {
  const before = { known: { a: { sigmas: [1, 0] }, b: { sigmas: [2, 0] } }, list: [1, 2] };
  const next = withSameParts(before, { known: { a: { sigmas: [1, 0] }, b: { sigmas: [3, 0] } }, list: [1, 2, 3] });
  expect(next).toEqual({ known: { a: { sigmas: [1, 0] }, b: { sigmas: [3, 0] } }, list: [1, 2, 3] });
  expect(next.known.a).toBe(before.known.a);
  expect(next.known).not.toBe(before.known);
});

test("a list is no object, and what is gone is gone", () => {
  expect(withSameParts({ 0: 1 }, [1])).toEqual([1]);
  expect(withSameParts({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
  expect(withSameParts(null, { a: 1 })).toEqual({ a: 1 });
});
