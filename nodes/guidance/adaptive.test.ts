import { expect, test } from "vitest";
import { concatRows, extrapolate, shift } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { callAt, callsOf, denoiserOf, distance, golden, guided } from "../lib/testing.ts";
import { node } from "./adaptive.ts";

const { x, sigma, strong, weak } = golden;
const pair = { strong: denoiserOf(strong), weak: denoiserOf(weak) };
const cfg = extrapolate(weak, strong, 4);
const calls = callsOf([1.5, 1.2, 1, 0.5, 0]);

/** Which steps of a walk are guided, and what they ask of the weak side. */
async function walk(values: Record<string, unknown>, at: Tensor = x) {
  const denoiser = guided(node, pair, { scale: 4, ...values });
  const steps: { guided: boolean; weak: number }[] = [];
  for (const call of calls) {
    const result = await denoiser(at, sigma, call);
    steps.push({ guided: distance(result, cfg) === 0, weak: denoiser.asked().weak });
  }
  return steps;
}

test.each([
  ["eps", 0.980136],
  ["x0", 0.724012],
  ["flow", 0.340168],
])("the cosine in %s is %d", async (space, cosine) => {
  expect((await walk({ space, threshold: cosine - 1e-6 }))[1]).toEqual({ guided: false, weak: 0 });
  expect((await walk({ space, threshold: cosine + 1e-6 }))[3]).toEqual({ guided: true, weak: 1 });
});

test("a threshold above 1 is ordinary guidance to the bit; one that all pass leaves the first step guided, or none", async () => {
  expect((await walk({ threshold: 1.1 })).map((step) => step.guided)).toEqual([true, true, true, true]);
  expect(await walk({ threshold: -1 })).toEqual([
    { guided: true, weak: 1 },
    ...Array.from({ length: 3 }, () => ({ guided: false, weak: 0 })),
  ]);
  expect((await walk({ threshold: -1, latch: "same" }))[0]).toEqual({ guided: false, weak: 1 });
  expect((await walk({ threshold: -1, minSteps: 2 })).map((step) => step.guided)).toEqual([true, true, true, false]);
});

test("a sample that has passed stays with the strong side where the scale falls to 0 later", async () => {
  const scale = ({ step }: { step: number }) => (step < 2 ? 4 : 0);
  const denoiser = guided(node, pair, { scale, threshold: -1 });
  for (const call of calls) expect(await denoiser(x, sigma, call)).toEqual(call.step === 0 ? cfg : strong);
  const never = guided(node, pair, { scale: 0, threshold: 2 });
  expect(await never(x, sigma, callAt())).toBe(weak);
  expect(never.asked()).toEqual({ strong: 0, weak: 1 });
});

test("inner stages do not decide, and a rising level starts anew", async () => {
  const denoiser = guided(node, pair, { scale: 4, threshold: -1 });
  await denoiser(x, sigma, callAt({ stage: 1 }));
  expect(await denoiser(x, sigma, callAt())).toEqual(cfg);
  expect(await denoiser(x, sigma, callAt({ stage: 1 }))).toBe(strong);
  expect(await denoiser(x, sigma, callAt({ step: 1, sigma: 2 }))).toEqual(cfg);
});

test("each sample of a batch decides for itself", async () => {
  const near = shift(strong, 0.01);
  const both = { strong: denoiserOf(concatRows([strong, strong])), weak: denoiserOf(concatRows([weak, near])) };
  const denoiser = guided(node, both, { scale: 4 });
  for (const call of calls) {
    const second = call.step === 0 ? extrapolate(near, strong, 4) : strong;
    expect(distance(await denoiser(concatRows([x, x]), sigma, call), concatRows([cfg, second]))).toBe(0);
    expect(denoiser.asked()).toEqual({ strong: 1, weak: 1 });
  }
});

test("scales that need one side ask one side", async () => {
  const plain = guided(node, pair, { scale: 1 });
  expect(await plain(x, sigma, callAt())).toBe(strong);
  expect(plain.asked()).toEqual({ strong: 1, weak: 0 });
  const off = guided(node, pair, { scale: 0, threshold: -1 });
  for (const call of calls) expect(await off(x, sigma, call)).toBe(weak);
});
