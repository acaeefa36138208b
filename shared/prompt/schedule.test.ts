import fc from "fast-check";
import { expect, test } from "vitest";
import { isConstant, parseSchedule, promptAt } from "./schedule.ts";

/** [last step (from 1), prompt] for each run of equal prompts in a walk. */
function runs(text: string, steps = 10): [number, string][] {
  const schedule = parseSchedule(text);
  const found: [number, string][] = [];
  for (let step = 0; step < steps; step++) {
    const prompt = promptAt(schedule, step, steps);
    if (found.at(-1)?.[1] === prompt) found[found.length - 1] = [step + 1, prompt];
    else found.push([step + 1, prompt]);
  }
  return found;
}

test.each<[string, [number, string][]]>([
  ["test", [[10, "test"]]],
  [
    "a [b:3]",
    [
      [3, "a "],
      [10, "a b"],
    ],
  ],
  [
    "a [b: 3]",
    [
      [3, "a "],
      [10, "a b"],
    ],
  ],
  [
    "a [[[b]]:2]",
    [
      [2, "a "],
      [10, "a [[b]]"],
    ],
  ],
  [
    "[(a:2):3]",
    [
      [3, ""],
      [10, "(a:2)"],
    ],
  ],
  [
    "a [b : c : 1] d",
    [
      [1, "a b  d"],
      [10, "a  c  d"],
    ],
  ],
  [
    "a[b:[c:d:2]:1]e",
    [
      [1, "abe"],
      [2, "ace"],
      [10, "ade"],
    ],
  ],
  ["a [unbalanced", [[10, "a [unbalanced"]]],
  [
    "a [b:.5] c",
    [
      [5, "a  c"],
      [10, "a b c"],
    ],
  ],
  [
    "a [b::0.5] c",
    [
      [5, "a b c"],
      [10, "a  c"],
    ],
  ],
  [
    "((a][:b:c [d:3]",
    [
      [3, "((a][:b:c "],
      [10, "((a][:b:c d"],
    ],
  ],
  ["[word] \\[b:3\\] (w:1.2)", [[10, "[word] \\[b:3\\] (w:1.2)"]]],
  ["[a:b:c:3]", [[10, "[a:b:c:3]"]]],
  ["[a:b:99]", [[10, "a"]]],
  ["[a:b:1.0]", [[10, "a"]]],
  ["[a:b:0]", [[10, "b"]]],
])("%s", (text, expected) => {
  expect(runs(text)).toEqual(expected);
});

test("options take turns, empty ones too", () => {
  const prompts = (text: string, steps: number) =>
    Array.from({ length: steps }, (_, step) => promptAt(parseSchedule(text), step, steps));
  expect(prompts("[a|(b:1.1)]", 3)).toEqual(["a", "(b:1.1)", "a"]);
  expect(prompts("[fe|]male", 3)).toEqual(["female", "male", "female"]);
  expect(prompts("[fe|||]male", 5)).toEqual(["female", "male", "male", "male", "female"]);
  expect(prompts("[x|[a:b:2]]", 4)).toEqual(["x", "a", "x", "b"]);
});

test("any text is read, and one without brackets is itself", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ab()[\]:|\\.1 ]*$/), fc.nat(9), (text, step) => {
      const schedule = parseSchedule(text);
      const prompt = promptAt(schedule, step, 10);
      expect(prompt.length).toBeLessThanOrEqual(text.length);
      if (!text.includes("[")) expect(prompt).toBe(text);
      if (isConstant(schedule)) expect(prompt).toBe(text);
    }),
  );
});
