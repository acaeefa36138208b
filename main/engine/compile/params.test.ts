import { expect, test } from "vitest";
import type { AnyNode } from "../../../shared/node/define.ts";
import { type ParamValue, param } from "../../../shared/node/params.ts";
import { paramArguments } from "./arguments.ts";
import { refuseValue } from "./params.ts";

const components = param.components({ default: [], about: "Gaussians." });
const good = { weight: 0.5, mean: [1, -2], std: 0.3, label: "a" };

test.each<[string, ParamValue]>([
  ["Components must be a list of components, not text.", "a"],
  ["Components is empty. Add a component.", []],
  ["Component 2 is a list, but must be an object with weight, mean, std and label.", [good, [1]]],
  ["Component 1 needs a weight that is a finite number above 0.", [{ ...good, weight: 0 }]],
  ["Component 2 needs an std that is a finite number above 0.", [good, { ...good, std: -1 }]],
  ["Component 1 needs a mean of two finite numbers, [x, y].", [{ ...good, mean: [1, null] }]],
  ["Component 1 needs a mean of two finite numbers, [x, y].", [{ ...good, mean: [1, 2, 3] }]],
  ["Component 1 has a label that is a number, not text.", [{ ...good, label: 3 }]],
])("refused: %s", (sentence, value) => {
  expect(refuseValue("Components", components, value)).toBe(sentence);
});

test("components with and without a label are taken", () => {
  const { label: _, ...unlabelled } = good;
  expect(refuseValue("Components", components, [good, unlabelled, { ...good, label: "" }])).toBeNull();
});

test("a list of numbers may be one number, which nodes get as a list", () => {
  const numbers = param.numbers({ default: [], about: "Weights." });
  expect(refuseValue("Weights", numbers, 1.5)).toBeNull();
  expect(refuseValue("Weights", numbers, Number.NaN)).toBe("Weights must be a list of numbers, not a number.");
  const node = { params: { weights: numbers } } as unknown as AnyNode;
  expect(paramArguments(node, { weights: 1.5 }, {})).toEqual({ weights: [1.5] });
  expect(paramArguments(node, { weights: [1, 2] }, {})).toEqual({ weights: [1, 2] });
});
