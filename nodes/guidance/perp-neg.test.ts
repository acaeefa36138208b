import { expect, test } from "vitest";
import { add, dot, extrapolate, sub } from "../../shared/tensor/index.ts";
import { callAt, denoiserOf, distance, golden, guided } from "../lib/testing.ts";
import { node } from "./perp-neg.ts";

const { x, sigma, strong, weak, negative } = golden;
const inputs = { strong: denoiserOf(strong), weak: denoiserOf(weak), negative: [denoiserOf(negative)] };
const at = callAt();
const cfg = extrapolate(weak, strong, 4);
const run = (values: Record<string, unknown>, given: Record<string, unknown> = inputs) =>
  guided(node, given, { scale: 4, ...values })(x, sigma, at);

test("golden vector", async () => {
  const result = await run({ negativeScale: [1] });
  expect(distance(result, [2.451613, 2.058065, -2.725806, 1.067742])).toBeLessThan(1e-6);
  expect(
    distance(
      sub(cfg, result),
      [0.087097, -0.464516, 0.406452, 0.058065].map((v) => 4 * v),
    ),
  ).toBeLessThan(1e-5);
});

test("what negatives add is at right angles to the prompt", async () => {
  const change = sub(await run({ negativeScale: [1.5] }), cfg);
  expect(dot(change, sub(strong, weak)).data[0]).toBeCloseTo(0, 12);
});

test("negatives add up, each with its own scale, the last one for the rest", async () => {
  const three = { ...inputs, negative: [denoiserOf(negative), denoiserOf(x), denoiserOf(negative)] };
  const alone = async (other: typeof x, weight: number) =>
    sub(await run({ negativeScale: [weight] }, { ...inputs, negative: [denoiserOf(other)] }), cfg);
  const sum = add(add(add(cfg, await alone(negative, 0.5)), await alone(x, -1)), await alone(negative, -1));
  expect(distance(await run({ negativeScale: [0.5, -1] }, three), sum)).toBeLessThan(1e-12);
  expect(distance(await run({ negativeScale: [] }), await run({ negativeScale: [1] }))).toBe(0);
});

test("a negative along the prompt, and negatives of scale 0, leave ordinary guidance", async () => {
  const along = { ...inputs, negative: [denoiserOf(extrapolate(weak, strong, 3))] };
  expect(distance(await run({}, along), cfg)).toBeLessThan(1e-12);
  expect(distance(await run({ negativeScale: [0] }), cfg)).toBe(0);
  const nothing = { ...inputs, weak: inputs.strong };
  expect((await run({}, nothing)).data.every(Number.isFinite)).toBe(true);
});

test("prompts that do not count are not asked", async () => {
  const counts = async (scale: number, negativeScale: number[]) => {
    const denoiser = guided(node, inputs, { scale, negativeScale });
    await denoiser(x, sigma, at);
    return denoiser.asked();
  };
  expect(await counts(4, [1])).toEqual({ strong: 1, weak: 1, negative: 1 });
  expect(await counts(4, [0])).toEqual({ strong: 1, weak: 1, negative: 0 });
  expect(await counts(1, [0])).toEqual({ strong: 1, weak: 0, negative: 0 });
  expect(await counts(1, [1])).toEqual({ strong: 1, weak: 1, negative: 1 });
  expect(await counts(0, [1])).toEqual({ strong: 0, weak: 1, negative: 0 });
});
