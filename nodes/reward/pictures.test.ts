import { expect, test } from "vitest";
import type { AnyNode } from "../../shared/node/define.ts";
import { expectGradient, numbers, rewardOf, valuesOf, wavy } from "../lib/rewardTesting.ts";
import { node as colourHistogram } from "./colour-histogram.ts";
import { node as deblur } from "./deblur.ts";
import { node as edges } from "./edges.ts";
import { node as inpainting } from "./inpainting.ts";
import { node as superResolution } from "./super-resolution.ts";

const greys = (...values: number[]) => numbers([...values, ...values, ...values], [1, 3, 1, values.length]);

test("a histogram cares for colours, not for their places or the size", async () => {
  const reward = rewardOf(colourHistogram, { picture: greys(0, 0, 1, 1) }, { levels: 3, width: 0.001 });
  const [shuffled, dark] = [greys(1, 0), greys(0, 0)];
  expect((await valuesOf(reward, shuffled))[0]).toBeCloseTo(0, 12);
  // Below 0, 0.5 and 1: 1/4, 1/2, 3/4 against 1/2, 1, 1.
  expect((await valuesOf(reward, dark))[0]).toBeCloseTo(-(0.0625 + 0.25 + 0.0625) / 3, 12);
});

test("the measurements are log-likelihoods", async () => {
  const noise = 0.5;
  const known = rewardOf(inpainting, { picture: greys(0.2, 0.9), mask: numbers([1, 0], [1, 1, 1, 2]) }, { noise });
  expect((await valuesOf(known, greys(0.4, 0)))[0]).toBeCloseTo((-3 * 0.04) / 0.5, 12);
  const small = rewardOf(superResolution, { picture: greys(0.5) }, { factor: 1, noise });
  expect((await valuesOf(small, greys(0.4, 0.8)))[0]).toBeCloseTo((-3 * 0.01) / 0.5, 12);
  const shrunk = rewardOf(superResolution, { picture: greys(0.2, 0.4, 0.6, 0.8) }, { factor: 2, noise });
  expect((await valuesOf(shrunk, greys(0.3, 0.3, 0.7, 0.7)))[0]).toBeCloseTo(0, 12);
  const flat = rewardOf(deblur, { picture: greys(0.5, 0.5, 0.5) }, { blur: 1, isSharp: false, noise });
  expect((await valuesOf(flat, greys(0.6, 0.6, 0.6)))[0]).toBeCloseTo((-9 * 0.01) / 0.5, 12);
});

test("what blurs to the picture is as good as what it was made from", async () => {
  const picture = wavy([1, 3, 6, 6]);
  const reward = rewardOf(deblur, { picture }, { blur: 1.5, isSharp: true, noise: 0.1 });
  expect((await valuesOf(reward, picture))[0]).toBeCloseTo(0, 12);
});

test("edges do not change with the colours", async () => {
  const reward = rewardOf(edges, { picture: greys(0.1, 0.1, 0.6, 0.6) }, { blur: 0 });
  expect((await valuesOf(reward, greys(0.9, 0.9, 0.4, 0.4)))[0]).toBeCloseTo(0, 12);
  // Sobel along one row: 0, 0.25, 0.25, 0 against none.
  const strength = Math.sqrt(0.0625 + 1e-6) - 1e-3;
  expect((await valuesOf(reward, greys(0, 0, 0, 0)))[0]).toBeCloseTo(-(strength ** 2) / 2, 12);
});

test("a picture that is not small", async () => {
  const reward = rewardOf(superResolution, { picture: wavy([1, 3, 8, 8]) }, { factor: 1, noise: 1 });
  await expect(reward.value(wavy([1, 3, 4, 4]))).rejects.toThrow(
    "The picture has 8 × 8 pixels and the image 4 × 4. Give a smaller picture or a factor above 1.",
  );
});

const picture = wavy([1, 3, 4, 4], 7);
test.each<[string, AnyNode, object, object]>([
  ["colour-histogram", colourHistogram, { picture }, { levels: 5, width: 0.1 }],
  ["edges", edges, { picture }, { blur: 0.7 }],
  ["inpainting", inpainting, { picture, mask: wavy([1, 1, 4, 4]) }, { noise: 0.7 }],
  ["deblur", deblur, { picture }, { blur: 0.8, isSharp: false, noise: 0.7 }],
  ["super-resolution", superResolution, { picture }, { factor: 3, noise: 0.7 }],
])("the gradient of %s", async (_name, node, inputs, params) => {
  await expectGradient(rewardOf(node, inputs, params), wavy([2, 3, 4, 4], 2));
});
