import { expect, test } from "vitest";
import { zeros } from "../../shared/tensor/index.ts";
import { conditioningAt } from "./conditioningAt.ts";
import { callAt } from "./testing.ts";

const [a, b] = [1, 2].map((tokens) => ({ context: zeros([1, tokens, 4]) }));

test("a prompt that changes has its text of the step, and the last one beyond its walk", () => {
  const prompt = { ...a, schedule: { texts: [a, b], steps: [0, 0, 1] } };
  expect([0, 1, 2, 9].map((step) => conditioningAt(prompt, callAt({ step })))).toEqual([a, a, b, b]);
  expect(conditioningAt(b, callAt())).toBe(b);
});
