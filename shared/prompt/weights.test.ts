import fc from "fast-check";
import { expect, test } from "vitest";
import { segmentsOf, weightRules } from "./weights.ts";

const pairs = (text: string, rule: "comfyui" | "a1111") =>
  segmentsOf(text, rule).map(({ text: part, weight }) => [part, Number(weight.toFixed(10))]);

test.each<[string, [string, number][]]>([
  ["normal text", [["normal text", 1]]],
  [
    "an (important) word",
    [
      ["an ", 1],
      ["important", 1.1],
      [" word", 1],
    ],
  ],
  ["(unbalanced", [["unbalanced", 1.1]]],
  ["[unbalanced", [["unbalanced", 0.9090909091]]],
  ["\\(literal\\]", [["(literal]", 1]]],
  ["(unnecessary)(parens)", [["unnecessaryparens", 1.1]]],
  [
    "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
    [
      ["a ", 1],
      ["house", 1.573],
      [" ", 1.1],
      ["on", 1],
      [" a ", 1.1],
      ["hill", 0.55],
      [", sun, ", 1.1],
      ["sky", 1.4641],
      [".", 1.1],
    ],
  ],
  ["closed) too] often:", [["closed) too] often:", 1]]],
  [
    "(a : 1.5 ) \\\\ \\",
    [
      ["a ", 1.5],
      [" \\ \\", 1],
    ],
  ],
  ["no:2) number", [["no:2) number", 1]]],
  ["", []],
])("A1111 reads %s", (text, expected) => {
  expect(pairs(text, "a1111")).toEqual(expected);
});

test.each<[string, [string, number][]]>([
  ["normal text", [["normal text", 1]]],
  [
    "an (important) word",
    [
      ["an ", 1],
      ["important", 1.1],
      [" word", 1],
    ],
  ],
  [
    "((very)) (much:1.35)",
    [
      ["very", 1.21],
      [" ", 1],
      ["much", 1.35],
    ],
  ],
  [
    "(outer (inner:0.5) outer:2)",
    [
      ["outer ", 2],
      ["inner", 0.5],
      [" outer", 2],
    ],
  ],
  [
    "(outer (inner))",
    [
      ["outer ", 1.1],
      ["inner", 1.21],
    ],
  ],
  ["[word] \\(literal\\)", [["[word] (literal)", 1]]],
  ["(two: words)", [["two: words", 1.1]]],
  ["(:1.5)", [[":1.5", 1.1]]],
  [
    "a (unbalanced",
    [
      ["a ", 1],
      ["(unbalanced", 1],
    ],
  ],
  ["a) (b:2)", [["a) (b:2)", 1]]],
  ["(a: -1e-1 )", [["a", -0.1]]],
  ["()", []],
  ["", []],
])("ComfyUI reads %s", (text, expected) => {
  expect(pairs(text, "comfyui")).toEqual(expected);
});

test("without marks a text stays one part, whatever the rule", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((text) => !/[()[\]\\]/.test(text)),
      (text) => {
        for (const rule of weightRules) expect(segmentsOf(text, rule)).toEqual([{ text, weight: 1 }]);
      },
    ),
  );
});

test("any text is read, nothing of its words is lost", () => {
  const marks = fc.stringMatching(/^[ab(){}[\]:\\.1 ]*$/);
  fc.assert(
    fc.property(marks, (text) => {
      for (const rule of weightRules) {
        const parts = segmentsOf(text, rule);
        expect(parts.every(({ weight }) => !Number.isNaN(weight))).toBe(true);
        expect(
          parts
            .map((part) => part.text)
            .join("")
            .replace(/[^ab{}]/g, ""),
        ).toBe(text.replace(/[^ab{}]/g, ""));
      }
    }),
  );
});
