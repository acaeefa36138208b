import { expect, test } from "vitest";
import { add, extrapolate, scale } from "../../shared/tensor/index.ts";
import { callAt, denoiserOf, distance, guided, sample } from "../lib/testing.ts";
import { node } from "./frequency-cfg.ts";

const shape = [1, 1, 4, 4];
const flat = sample(
  Array.from({ length: 16 }, () => 0.5),
  shape,
);
const checks = sample(
  Array.from({ length: 16 }, (_, i) => ((i + Math.floor(i / 4)) % 2 === 0 ? 1 : -1)),
  shape,
);
const weak = sample(
  Array.from({ length: 16 }, (_, i) => Math.sin(i)),
  shape,
);
const strong = add(weak, add(flat, checks));
const inputs = { strong: denoiserOf(strong), weak: denoiserOf(weak) };
const call = callAt();

test("equal weights are ordinary guidance", async () => {
  const even = guided(node, inputs, { scaleLow: 4, scaleHigh: 4 });
  expect(distance(await even(weak, 1, call), extrapolate(weak, strong, 4))).toBe(0);
});

test("each band moves by its own weight", async () => {
  const guide = guided(node, inputs, { scaleLow: 2, scaleHigh: 10 });
  const expected = add(weak, add(scale(flat, 2), scale(checks, 10)));
  expect(distance(await guide(weak, 1, call), expected)).toBeLessThan(1e-12);
});

test("weights of 1 ask the strong side alone, of 0 the weak one", async () => {
  const one = guided(node, inputs, { scaleLow: 1, scaleHigh: 1 });
  expect(await one(weak, 1, call)).toBe(strong);
  expect(one.asked()).toEqual({ strong: 1, weak: 0 });
  const zero = guided(node, inputs, { scaleLow: 0, scaleHigh: 0 });
  expect(await zero(weak, 1, call)).toBe(weak);
  expect(zero.asked()).toEqual({ strong: 0, weak: 1 });
  const mixed = guided(node, inputs, { scaleLow: 1, scaleHigh: 3 });
  await mixed(weak, 1, call);
  expect(mixed.asked()).toEqual({ strong: 1, weak: 1 });
});
