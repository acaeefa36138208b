import { expect, test } from "vitest";
import { citedPlaces } from "./citations.ts";
import type { NodeDescription } from "./describe.ts";
import { param } from "./params.ts";

const work = (id: string) => ({ id, by: "One, 2020", title: id });
const base = { version: 1, summary: "", keywords: [], doc: "", status: "stable" as const, inputs: {}, outputs: {} };
const nodes: NodeDescription[] = [
  { ...base, type: "a/one", title: "One", cites: [work("arXiv:1"), work("arXiv:2")], params: {} },
  {
    ...base,
    type: "a/two",
    title: "Two",
    cites: [work("arXiv:2")],
    params: {
      rule: param.select({
        default: "x",
        about: "",
        options: [{ value: "x", label: "Cross", cites: [work("arXiv:1")] }, { value: "y" }],
      }),
    },
  },
];

test("a work is found in nodes and in choices of their parameters", () => {
  const told = [...citedPlaces(nodes)].map(([id, places]) => [
    id,
    ...places.map(({ node, choice }) => (choice ? `${node.type}#${choice.param}=${choice.value}` : node.type)),
  ]);
  expect(told).toEqual([
    ["arXiv:1", "a/one", "a/two#rule=x"],
    ["arXiv:2", "a/one", "a/two"],
  ]);
});
