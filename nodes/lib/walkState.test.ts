import { expect, test } from "vitest";
import { callAt, sample } from "./testing.ts";
import { walkState } from "./walkState.ts";

const x = sample([1, 2, 3, 4]);
const at = (step: number, sigma: number, stage = 0) => callAt({ step, sigma, stage });

test("a state lives through the steps and stages of a walk", () => {
  const memory = walkState(() => 0);
  for (const call of [at(0, 3), at(0, 3, 1), at(1, 2), at(1, 2, 1), at(2, 1)]) memory(call, x).state += 1;
  expect(memory(at(3, 0.5), x).state).toBe(5);
});

test("it starts afresh with a walk, and when the level rises", () => {
  const memory = walkState(() => 0);
  memory(at(3, 1), x).state = 7;
  expect(memory(at(4, 2), x).state).toBe(0);
  memory(at(5, 1), x).state = 7;
  expect(memory(at(0, 1), x).state).toBe(0);
});

test("several x of a step have a state each, as have x of another shape", () => {
  const memory = walkState(() => 0);
  for (const state of [1, 2]) memory(at(0, 3), x).state = state;
  expect([memory(at(1, 2), x).state, memory(at(1, 2), x).state]).toEqual([1, 2]);
  expect(memory(at(2, 1), sample([1], [1, 1, 1, 1])).state).toBe(0);
});
