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

test("all stages of a step are on the side of its start", async () => {
  const call = callAt({ sigma: 1, next: 0.1, stage: 1 });
  expect(await guided(node, inputs, { sigmaLow: 0.28, sigmaHigh: 1 })(golden.x, 0.1, call)).toBe(golden.strong);
});
