import { expect, test } from "vitest";
import { nodesByType } from "../catalog.ts";

/** Names and defaults that files and other programs rely on. */
test.each([
  ["interval", ["inside", "outside"], { sigmaLow: 0.28, sigmaHigh: 5.42, snap: false }],
  ["rescale", ["denoiser", "strong"], { amount: 0.7, space: "native" }],
  ["apg", ["strong", "weak"], { scale: 10, eta: 0, norm: 15, momentum: -0.5, form: "paper", space: "x0" }],
  ["cfg-pp", ["strong", "weak"], { scale: 0.6 }],
  ["tangential", ["strong", "weak"], { scale: 7, space: "native", strength: 1 }],
  ["magnitude-aware", ["strong", "weak"], { scale: 10, alpha: 8, space: "native" }],
  ["perp-neg", ["strong", "weak", "negative"], { scale: 7.5, negativeScale: [1] }],
  ["cfg", ["strong", "weak"], { scale: 4 }],
])("guidance/%s keeps the names of its inputs and parameters", (name, inputs, defaults) => {
  const node = nodesByType.get(`guidance/${name}`)!;
  expect(Object.keys(node.inputs)).toEqual(inputs);
  const told = Object.fromEntries(Object.entries(node.params).map(([key, param]) => [key, param.default]));
  expect(told).toEqual(defaults);
  expect(node.outputs.denoiser.wire).toBe("denoiser");
});

test("negatives are a list, and spaces are five", () => {
  expect(nodesByType.get("guidance/perp-neg")!.inputs.negative.many).toBe(true);
  const { space } = nodesByType.get("guidance/apg")!.params;
  expect(space.kind === "select" && space.options.map(({ value }) => value)).toEqual([
    "native",
    "eps",
    "x0",
    "v",
    "flow",
  ]);
});
