import { expect, test } from "vitest";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { testCall } from "../compile/testing.ts";
import { denoiserWire } from "./denoiserWire.ts";

test("one x is evaluated once for each level, switch and levels by frame", async () => {
  let evaluations = 0;
  const raw = async (x: Tensor) => {
    evaluations += 1;
    return x;
  };
  const signal = new AbortController().signal;
  const wire = denoiserWire(raw, { node: "n", label: "n", native: undefined, model: undefined, signal });
  const x = { data: Float64Array.of(1), shape: [1, 1] };
  const ask = async (changes: Partial<typeof testCall>, sigma = 1) => {
    await wire(x, sigma, { ...testCall, ...changes });
    return evaluations;
  };
  expect(await ask({})).toBe(1);
  expect(await ask({})).toBe(1);
  expect(await ask({}, 2)).toBe(2);
  expect(await ask({ switches: { timestepShift: 3 } })).toBe(3);
  expect(await ask({ levels: [0, 1] })).toBe(4);
  expect(await ask({ levels: [1, 1] })).toBe(5);
  expect(await ask({ levels: [0, 1] })).toBe(5);
});
