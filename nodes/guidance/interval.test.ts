import { expect, test } from "vitest";
import { callAt, callsOf, denoiserOf, golden, guided } from "../lib/testing.ts";
import { node } from "./interval.ts";

const inputs = { inside: denoiserOf(golden.strong), outside: denoiserOf(golden.weak) };

test("the lower end is outside, the upper end inside, and one side is asked", async () => {
  const walk = guided(node, inputs, { sigmaLow: 0.28, sigmaHigh: 5.42 });
  const sides: number[] = [];
  for (const call of callsOf([14, 5.43, 5.42, 1, 0.29, 0.28, 0.1, 0])) {
    const result = await walk(golden.x, call.sigma, call);
    const side = walk.asked().inside;
    expect(result).toBe(side ? golden.strong : golden.weak);
    sides.push(side);
  }
  expect(sides).toEqual([0, 0, 1, 1, 1, 0, 0]);
});

test("each evaluation of a step is on the side of its own level", async () => {
  const walk = guided(node, inputs, { sigmaLow: 0.28, sigmaHigh: 1 });
  expect(await walk(golden.x, 1, callAt({ sigma: 1, next: 0.1 }))).toBe(golden.strong);
  expect(await walk(golden.x, 0.1, callAt({ sigma: 1, next: 0.1, stage: 1 }))).toBe(golden.weak);
});

test("the end of a step that reaches an end of the interval is on the side of the step", async () => {
  const walk = guided(node, inputs, { sigmaLow: 0.28, sigmaHigh: 1 });
  expect(await walk(golden.x, 1, callAt({ sigma: 3, next: 1, stage: 1 }))).toBe(golden.weak);
  expect(await walk(golden.x, 0.28, callAt({ sigma: 1, next: 0.28, stage: 1 }))).toBe(golden.strong);
});

test("snapped, the ends are levels of the walk and all evaluations of a step are on the side of its start", async () => {
  const walk = guided(node, inputs, { sigmaLow: 0.25, sigmaHigh: 1.3, snap: true });
  const sides: unknown[] = [];
  for (const call of callsOf([4, 2, 1.2, 0.6, 0.3, 0.1, 0])) {
    sides.push(await walk(golden.x, call.sigma, call));
    expect(await walk(golden.x, call.next, { ...call, stage: 1 })).toBe(sides[call.step]);
  }
  expect(sides.map((side) => side === golden.strong)).toEqual([false, false, true, true, false, false]);
});

test("snapped ends of 0 and of the first level leave nothing out", async () => {
  const walk = guided(node, inputs, { sigmaLow: 0, sigmaHigh: 1000, snap: true });
  for (const call of callsOf([14, 1, 0.01, 0])) expect(await walk(golden.x, call.sigma, call)).toBe(golden.strong);
});
