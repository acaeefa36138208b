import { expect, test } from "vitest";
import type { NodeDescription } from "../../shared/node/describe.ts";
import { port } from "../../shared/node/ports.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { projectEdges, projectNodes } from "./project.ts";

const rescale: NodeDescription = {
  type: "guidance/rescale",
  version: 1,
  title: "Rescale",
  summary: "",
  keywords: [],
  doc: "",
  cites: [],
  status: "stable",
  inputs: { denoiser: port.denoiser("") },
  params: {},
  outputs: { denoiser: port.denoiser("") },
};
const catalog = new Map([[rescale.type, rescale]]);
const node = (id: string) => ({ id, type: rescale.type, params: {}, position: { x: 0, y: 0 } });
const workflow: Workflow = {
  fairlead: 1,
  nodes: [node("a"), node("b"), node("c")],
  edges: [{ from: ["a", "denoiser"], to: ["b", "denoiser"] }],
  groups: [{ id: "g", title: "", x: 0, y: 0, width: 10, height: 10 }],
};

test("projecting the same document again gives the same objects", () => {
  const first = projectNodes(workflow, ["a"], catalog, []);
  projectNodes(workflow, ["a"], catalog, first).forEach((one, index) => {
    expect(one).toBe(first[index]);
  });
  const edges = projectEdges(workflow, null, catalog, []);
  expect(projectEdges(workflow, null, catalog, edges)[0]).toBe(edges[0]);
});

test("a change touches only what it is about", () => {
  const first = projectNodes(workflow, [], catalog, []);
  const moved = { ...workflow, nodes: workflow.nodes.map((one) => (one.id === "b" ? { ...one, title: "Calm" } : one)) };
  const next = projectNodes(moved, [], catalog, first);
  expect(next.map((one, index) => one === first[index])).toEqual([true, true, false, true]);
});

test("cards know who feeds them and who reads them", () => {
  const cards = projectNodes(workflow, [], catalog, []);
  expect(cards.map(({ data }) => ("wired" in data ? [data.wired, data.read] : null))).toEqual([
    null,
    [{}, ["denoiser"]],
    [{ denoiser: "Rescale" }, []],
    [{}, []],
  ]);
});

test("two equal links have different ids", () => {
  const twice = { ...workflow, edges: [workflow.edges[0]!, workflow.edges[0]!] };
  expect(new Set(projectEdges(twice, 1, catalog, []).map(({ id }) => id)).size).toBe(2);
});

test("cards of a large graph know size and ports before they were drawn; those of a small one are measured", () => {
  const nodes = Array.from({ length: 61 }, (_, index) => node(String(index)));
  const [large] = projectNodes({ fairlead: 1, nodes, edges: [] }, [], catalog, []);
  expect(large?.measured).toEqual({ width: 152, height: 70 });
  expect(large?.handles?.map(({ id, type }) => [id, type])).toEqual([
    ["denoiser", "target"],
    ["denoiser", "source"],
  ]);
  expect(projectNodes(workflow, [], catalog, [])[1]?.measured).toBeUndefined();
});
