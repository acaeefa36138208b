import { expect, test } from "vitest";
import { callsOf, denoiserOf, guided, sample } from "../lib/testing.ts";
import { node } from "./range.ts";

const inputs = { inside: denoiserOf(sample([1, 1, 1, 1])), outside: denoiserOf(sample([0, 0, 0, 0])) };
const x = sample([9, 9, 9, 9]);

/** 1 for each step inside; `guided` checks that only the side in use is asked. */
async function sides(sigmas: readonly number[], params: Record<string, unknown>): Promise<number[]> {
  const denoiser = guided(node, inputs, params);
  const results = [];
  for (const call of callsOf(sigmas)) results.push((await denoiser(x, call.sigma, call)).data[0]);
  return results;
}

const five = [10, 5, 2, 1, 0.5, 0];

test("halves of the walk meet without a gap or an overlap", async () => {
  expect(await sides(five, { start: 0, end: 0.5 })).toEqual([1, 1, 0, 0, 0]);
  expect(await sides(five, { start: 0.5, end: 1 })).toEqual([0, 0, 1, 1, 1]);
  expect(await sides(five, { start: 0, end: 1 })).toEqual([1, 1, 1, 1, 1]);
  expect(await sides([1, 0], { start: 0, end: 0.1 })).toEqual([1]);
});

test("steps are counted from 1, both ends inside", async () => {
  expect(await sides(five, { by: "step", firstStep: 2, lastStep: 3 })).toEqual([0, 1, 1, 0, 0]);
});

test("noise levels exclude the low end and include the high one", async () => {
  expect(await sides(five, { by: "sigma", sigmaLow: 1, sigmaHigh: 5 })).toEqual([0, 1, 1, 0, 0]);
});

test("an empty range is pointed out at the parameter in use", () => {
  const ports: (string | undefined)[] = [];
  const context = { facts: {} as never, problem: ({ port }: { port?: string }) => void ports.push(port) };
  const range = { by: "fraction", start: 0, end: 1, firstStep: 5, lastStep: 2, sigmaLow: 2, sigmaHigh: 1 };
  for (const by of ["fraction", "step", "sigma"]) node.forecast!({} as never, { ...range, by } as never, context);
  expect(ports).toEqual(["lastStep", "sigmaHigh"]);
});
