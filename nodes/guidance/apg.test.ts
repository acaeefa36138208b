import { expect, test } from "vitest";
import { concatRows, dot, norm, sub } from "../../shared/tensor/index.ts";
import { callAt, callsOf, denoiserOf, distance, golden, guided, sample } from "../lib/testing.ts";
import { node } from "./apg.ts";
import { node as cfg } from "./cfg.ts";

const { x, sigma } = golden;
const pair = { strong: denoiserOf(golden.strong), weak: denoiserOf(golden.weak) };
const off = { scale: 4, eta: 0, norm: 0, momentum: 0 };

test.each([
  [{}, [1.3, -0.55, -0.8, 1.15]],
  [{ norm: 0.5 }, [1.1905, -0.166751, -0.581, 0.766751]],
  [{ norm: 0.5, form: "diffusers" }, [0.654, -0.289001, -0.408001, 0.589001]],
] as const)("golden vector %#", async (values, expected) => {
  const result = await guided(node, pair, { ...off, ...values })(x, sigma, callAt());
  expect(distance(result, expected)).toBeLessThan(1e-6);
});

const later = {
  strong: denoiserOf((_x, _sigma, { step }) => (step === 0 ? golden.strong : sample([0.9, 0.4, -0.1, 0.2]))),
  weak: denoiserOf((_x, _sigma, { step }) => (step === 0 ? golden.weak : sample([0.5, 0.5, 0.2, -0.2]))),
};

test("momentum remembers the guidance of the step before, not that of inner stages", async () => {
  const values = { ...off, norm: 0.5, momentum: -0.5 };
  const expected = [0.869118, 0.102941, -0.513235, 0.726471];
  for (const stages of [[], [1, 2]]) {
    const walk = guided(node, later, values);
    const [first, second] = callsOf([1.5, 1, 0]);
    await walk(x, 1.5, first);
    for (const stage of stages) await walk(x, 1, { ...first, stage });
    expect(distance(await walk(x, 1, second), expected)).toBeLessThan(1e-6);
  }
});

test("momentum starts anew with a walk, when the level rises, and after steps without guidance", async () => {
  const fresh = await guided(node, later, { ...off, momentum: -0.5 })(x, 1, callAt({ step: 1, sigma: 1 }));
  const walk = guided(node, later, {
    ...off,
    momentum: -0.5,
    scale: (at: { step: number }) => (at.step === 5 ? 1 : 4),
  });
  const [a, b] = callsOf([1.5, 1, 0]);
  await walk(x, 1.5, a);
  expect(distance(await walk(x, 1, b), fresh)).toBeGreaterThan(0.01);
  expect(distance(await walk(x, 1, { ...b, sigma: 1.2 }), fresh)).toBe(0);
  await walk(x, 1, { ...b, step: 5, sigma: 0.8 });
  expect(walk.asked()).toEqual({ strong: 1, weak: 0 });
  expect(distance(await walk(x, 1, { ...b, step: 6, sigma: 0.7 }), fresh)).toBe(0);
});

test.each(["paper", "diffusers"])("with all of it and nothing cut, form %s is ordinary guidance", async (form) => {
  for (const space of ["x0", "eps", "v", "flow"]) {
    const result = await guided(node, pair, { ...off, eta: 1, form, space })(x, sigma, callAt());
    expect(distance(result, await guided(cfg, pair, { scale: 4 })(x, sigma, callAt()))).toBeLessThan(1e-12);
  }
});

test("a scale that switches guidance off asks one side", async () => {
  const paper = guided(node, pair, { scale: 1 });
  expect(await paper(x, sigma, callAt())).toBe(golden.strong);
  expect(paper.asked()).toEqual({ strong: 1, weak: 0 });
  const other = guided(node, pair, { scale: 0, form: "diffusers" });
  expect(await other(x, sigma, callAt())).toBe(golden.weak);
  expect(other.asked()).toEqual({ strong: 0, weak: 1 });
});

test("without parallel part the change is at right angles to the strong prediction, and not longer than the cap", async () => {
  const batch = (a: typeof x, b: typeof x) => denoiserOf(concatRows([a, b]));
  const inputs = { strong: batch(golden.strong, golden.negative), weak: batch(golden.weak, golden.strong) };
  const strong = concatRows([golden.strong, golden.negative]);
  const result = await guided(node, inputs, { ...off, norm: 0.2 })(concatRows([x, x]), sigma, callAt());
  const change = sub(result, strong);
  for (const value of dot(change, strong).data) expect(value).toBeCloseTo(0, 12);
  for (const value of norm(change).data) expect(value).toBeLessThanOrEqual(3 * 0.2 + 1e-12);
});

test("predictions of nothing are no reason for NaN", async () => {
  const nothing = { strong: denoiserOf(sample([0, 0, 0, 0])), weak: denoiserOf(sample([0, 0, 0, 0])) };
  expect(distance(await guided(node, nothing)(x, sigma, callAt()), [0, 0, 0, 0])).toBe(0);
});
