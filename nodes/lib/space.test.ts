import { expect, test } from "vitest";
import { scale } from "../../shared/tensor/index.ts";
import { conversion } from "./space.ts";
import { denoiserOf, distance, golden, sample } from "./testing.ts";

const { x, sigma, strong, weak } = golden;

test.each([
  ["eps", strong, [0.666667, 0.333333, -0.533333, 0.266667]],
  ["eps", weak, [1.066667, 0.266667, -0.733333, 0.533333]],
  ["flow", strong, [-0.333333, -0.166667, -0.333333, 0.166667]],
  ["flow", weak, [0.666667, -0.333333, -0.833333, 0.833333]],
] as const)("%s of the golden predictions", (space, denoised, expected) => {
  expect(distance(conversion(space, denoiserOf(denoised), x, sigma).into(denoised), expected)).toBeLessThan(1e-6);
});

test.each(["eps", "x0", "v", "flow"] as const)("%s goes there and back at any level", (space) => {
  for (const level of [1e-3, 1, 80, 2 ** 24]) {
    const { into, back } = conversion(space, denoiserOf(strong), scale(x, level), level);
    expect(distance(back(into(strong)), strong)).toBeLessThan(1e-6);
  }
});

test("native is what the first denoiser's network predicts, x0 where none says", () => {
  const own = (space: "v" | undefined) =>
    conversion("native", space ? denoiserOf(strong, space) : async () => strong, x, sigma);
  expect(own("v").into(strong)).toEqual(conversion("v", denoiserOf(strong), x, sigma).into(strong));
  expect(own(undefined).into(strong)).toBe(strong);
});

test("v is alpha times noise minus deviation times picture", () => {
  const [alpha, deviation] = [1 / Math.hypot(1, sigma), sigma / Math.hypot(1, sigma)];
  const v = x.data.map((value, i) => (alpha * (value - strong.data[i])) / sigma - deviation * strong.data[i]);
  expect(distance(conversion("v", denoiserOf(strong), x, sigma).into(strong), sample([...v]))).toBeLessThan(1e-12);
});

test("without noise every space is the picture's", () => {
  const { into, back } = conversion("flow", denoiserOf(strong), x, 0);
  expect(into(strong)).toBe(strong);
  expect(back(strong)).toBe(strong);
});
