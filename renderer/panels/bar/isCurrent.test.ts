import { expect, test } from "vitest";
import type { Checked } from "../../../shared/contract.ts";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { emptyWorkflow } from "../../../shared/workflow/workflow.ts";
import { isCurrent } from "./isCurrent.ts";

const describe = (type: string, wire: string | null, effect?: "writes") =>
  ({ type, outputs: wire === null ? {} : { out: { wire } }, effect }) as unknown as NodeDescription;
const catalog = new Map(
  [
    describe("guidance/cfg", "denoiser"),
    describe("latent/decode", "image"),
    describe("image/save", null, "writes"),
  ].map((node) => [node.type, node]),
);
const workflow = {
  ...emptyWorkflow("test"),
  nodes: [
    { id: "guide", type: "guidance/cfg", params: {} },
    { id: "decode", type: "latent/decode", params: {} },
    { id: "save", type: "image/save", params: {} },
  ],
};
const cost = { nfe: 0, upperBound: false, runs: 0, backward: 0, sessions: 0, bytes: 0, peakBytes: 0 };
const steps = (decoded: boolean): Checked["steps"] => [
  { node: "guide", cached: false, nfe: 0 },
  { node: "decode", cached: decoded, nfe: 0 },
  { node: "save", cached: false, nfe: 0 },
];

test("nothing is left to compute when only functions and savers are not cached", () => {
  expect(isCurrent({ cost, steps: steps(true) }, workflow, catalog)).toBe(true);
  expect(isCurrent({ cost, steps: steps(false) }, workflow, catalog)).toBe(false);
});

test("evaluations, errors and an empty graph are not up to date", () => {
  expect(isCurrent({ cost: { ...cost, nfe: 40 }, steps: steps(true) }, workflow, catalog)).toBe(false);
  expect(isCurrent({ cost: null, steps: steps(true) }, workflow, catalog)).toBe(false);
  expect(isCurrent({ cost, steps: [] }, workflow, catalog)).toBe(false);
});
