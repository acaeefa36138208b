import { expect, test } from "vitest";
import { add, extrapolate, scale } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { callAt, denoiserOf, distance, guided, sample } from "../lib/testing.ts";
import { node } from "./spatial.ts";

const shape = [1, 2, 2, 4];
const x = sample([1, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1], shape);
const weak = scale(x, 0.1);
/** A picture cut in columns: the difference has length 5 · its value there. */
const columns = (values: readonly number[]) => sample([...values, ...values], [1, 1, 2, 4]);
const bump = (values: readonly number[]) =>
  sample([...values, ...values].map((v) => 3 * v).concat([...values, ...values].map((v) => 4 * v)), shape);
const left = columns([1, 1, 0, 0]);
const right = columns([0, 0, 1, 1]);
const call = callAt();
const off = { blur: 0, lowest: 0, highest: 100, cap: 1000 };

const at = (difference: Tensor, regions: readonly Tensor[], values: object, background?: Tensor) => {
  const inputs = {
    strong: denoiserOf(add(weak, difference)),
    weak: denoiserOf(weak),
    regions: [...regions],
    background,
  };
  return guided(node, inputs, { ...off, ...values })(x, 1.5, call);
};

test("regions of equal strength are ordinary guidance", async () => {
  const difference = bump([1, 1, 1, 1]);
  const expected = extrapolate(weak, add(weak, difference), 4);
  expect(distance(await at(difference, [left, right], { scale: 4 }), expected)).toBeLessThan(1e-6);
});

test("after scaling every region is pushed as far as the background", async () => {
  const difference = bump([1, 1, 0.5, 0.5]);
  const even = await at(difference, [right], { scale: 4 });
  expect(distance(even, add(weak, bump([4, 4, 4, 4])))).toBeLessThan(1e-6);
  const named = await at(difference, [left, right], { scale: 4 }, right);
  expect(distance(named, add(weak, bump([2, 2, 2, 2])))).toBeLessThan(1e-6);
});

test("one region has the ratio of background to region; its mean counts, not each place", async () => {
  const uneven = await at(bump([1, 1, 0.4, 0.6]), [right], { scale: 1.5 });
  expect(distance(uneven, add(weak, bump([1.5, 1.5, 1.2, 1.8])))).toBeLessThan(1e-6);
});

test("factors are kept within their limits, and cap / scale", async () => {
  const difference = bump([1, 1, 0.1, 0.1]);
  expect(
    distance(await at(difference, [right], { scale: 4, highest: 3 }), add(weak, bump([4, 4, 1.2, 1.2]))),
  ).toBeLessThan(1e-6);
  const capped = await at(difference, [right], { scale: 10, highest: 3, cap: 15 });
  expect(distance(capped, add(weak, bump([10, 10, 1.5, 1.5])))).toBeLessThan(1e-6);
  const strong = await at(bump([1, 1, 10, 10]), [right], { scale: 4, lowest: 0.8 });
  expect(distance(strong, add(weak, bump([4, 4, 32, 32])))).toBeLessThan(1e-5);
});

test("the blur mixes neighbours and leaves equal factors", async () => {
  const blurred = await at(bump([1, 1, 0.5, 0.5]), [right], { scale: 1.5, blur: 0.5 });
  const side = Math.exp(-2) / (1 + 2 * Math.exp(-2));
  const expected = [1.5, 1.5 * (1 + side), 0.75 * (2 - side), 1.5];
  expect(distance(blurred, add(weak, bump(expected)))).toBeLessThan(1e-6);
});

test("masks in pixels are averaged over the cells of the latent", async () => {
  const pixels = sample(
    Array.from({ length: 4 * 8 }, (_, i) => (i % 8 >= 4 ? 1 : 0)),
    [1, 1, 4, 8],
  );
  const difference = bump([1, 1, 0.5, 0.5]);
  const cells = await at(difference, [right], { scale: 4 });
  expect(distance(await at(difference, [pixels], { scale: 4 }), cells)).toBe(0);
});

test("scale 1 is the strong side and 0 the weak one, each alone", async () => {
  const strong = denoiserOf(x);
  for (const [value, asked] of [
    [1, { strong: 1, weak: 0 }],
    [0, { strong: 0, weak: 1 }],
  ] as const) {
    const guide = guided(node, { strong, weak: denoiserOf(weak), regions: [left] }, { scale: value });
    expect(await guide(x, 1.5, call)).toBe(value === 1 ? x : weak);
    expect(guide.asked()).toMatchObject(asked);
  }
});
