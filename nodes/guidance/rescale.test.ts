import { expect, test } from "vitest";
import { denoisedFrom } from "../../shared/sampling/prediction.ts";
import { extrapolate } from "../../shared/tensor/index.ts";
import { callAt, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node } from "./rescale.ts";

const { x, sigma } = golden;
const cfg = extrapolate(golden.weak, golden.strong, 4);

test.each([
  ["x0", [1.455266, 0.103948, -0.571712, 0.675659]],
  ["eps", [2.790627, 0.209373, -1.098828, 1.290627]],
] as const)("golden vector in %s", async (space, expected) => {
  const inputs = { denoiser: denoiserOf(cfg), strong: denoiserOf(golden.strong) };
  const result = await guided(node, inputs, { amount: 0.7, space })(x, sigma, callAt());
  expect(distance(result, expected)).toBeLessThan(1e-6);
});

test("native is the space of the guided denoiser's network", async () => {
  const inputs = { denoiser: denoiserOf(cfg, "v"), strong: denoiserOf(golden.strong) };
  const [own, named] = [guided(node, inputs), guided(node, inputs, { space: "v" })];
  expect(await own(x, sigma, callAt())).toEqual(await named(x, sigma, callAt()));
});

test("at amount 0 the strong prediction is not asked for", async () => {
  const off = guided(node, { denoiser: denoiserOf(cfg), strong: denoiserOf(golden.strong) }, { amount: 0 });
  expect(await off(x, sigma, callAt())).toBe(cfg);
  expect(off.asked()).toEqual({ denoiser: 1, strong: 0 });
});

test("flat predictions stay as they are", async () => {
  const flat = sample([3, 3, 3, 3]);
  for (const space of ["x0", "flow"]) {
    const result = await guided(node, { denoiser: denoiserOf(flat), strong: denoiserOf(flat) }, { space })(
      denoisedFrom("eps", flat, flat, -sigma),
      sigma,
      callAt(),
    );
    expect(distance(result, flat)).toBeLessThan(1e-12);
  }
});
