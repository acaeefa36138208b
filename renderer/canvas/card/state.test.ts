import { expect, test } from "vitest";
import { cardState } from "./state.ts";

const facts = {
  run: undefined,
  job: undefined,
  isPlanned: true,
  isKept: false,
  isFaulty: false,
  mode: undefined,
  isOff: false,
};

test("a card waits while its run goes on, and was not reached when the run failed before it", () => {
  expect(cardState({ ...facts, job: "running" })).toBe("queued");
  expect(cardState({ ...facts, job: "failed" })).toBe("notReached");
  expect(cardState({ ...facts, job: "stopped" })).toBe("idle");
});

test("nodes outside the plan neither wait nor are missed", () => {
  expect(cardState({ ...facts, isPlanned: false, job: "running" })).toBe("idle");
  expect(cardState({ ...facts, isPlanned: false, job: "failed" })).toBe("idle");
});

test("a fault is shown before what the last run did", () => {
  expect(cardState({ ...facts, run: "done", isFaulty: true })).toBe("error");
  expect(cardState({ ...facts, run: "cached", job: "done" })).toBe("cached");
});

test("what a run did not even ask for counts as reused, but only once something ran", () => {
  expect(cardState({ ...facts, isKept: true, job: "done" })).toBe("cached");
  expect(cardState({ ...facts, isKept: true })).toBe("idle");
});

test("a node that takes no part shows that, whatever else is known of it", () => {
  expect(cardState({ ...facts, run: "done", isFaulty: true, mode: "bypass" })).toBe("bypassed");
  expect(cardState({ ...facts, run: "done", mode: "mute", isOff: true })).toBe("muted");
  expect(cardState({ ...facts, run: "done", isOff: true })).toBe("off");
});
