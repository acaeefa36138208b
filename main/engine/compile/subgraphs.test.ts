import { expect, test } from "vitest";
import { between, pack } from "../../../shared/subgraph/pack.ts";
import type { Subgraph, Workflow, WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { compile } from "./compile.ts";
import { testFacts, testRegistry, testWorkflow } from "./testing.ts";

const compiled = (workflow: Workflow) => compile(workflow, testRegistry, testFacts);
const sentences = (workflow: Workflow) =>
  compiled(workflow).diagnostics.map(({ severity, node, port, message }) => `${severity} ${node} ${port}: ${message}`);

const guided = testWorkflow(
  [
    ["model", "model"],
    ["strong", "leaf"],
    ["weak", "leaf"],
    ["mix", "mix", { scale: 3 }],
    ["walk", "walk"],
  ],
  [
    "model.model strong.model",
    "model.model weak.model",
    "strong.denoiser mix.strong",
    "weak.denoiser mix.weak",
    "mix.denoiser walk.denoiser",
  ],
);

function packed(document: Workflow, ids: readonly string[], instance: string): Workflow {
  const kindOf = ({ type }: WorkflowNode) => testRegistry.get(type);
  const { graph, subgraph } = pack({
    graph: document,
    chosen: new Set(ids),
    id: instance,
    name: "Guided",
    instance,
    kindOf,
  });
  return { ...document, ...graph, subgraphs: [...(document.subgraphs ?? []), subgraph] };
}

/** The document with something of its only subgraph changed. */
const changed = (document: Workflow, change: Partial<Subgraph>): Workflow => ({
  ...document,
  subgraphs: [{ ...document.subgraphs![0], ...change }],
});

test("packing changes neither content keys nor cost, on any level", () => {
  const { plan } = compiled(guided);
  const keys = plan!.steps.map(({ key }) => key).sort();
  for (const ids of [["mix"], ["strong", "weak", "mix"], ["model", "strong", "weak", "mix", "walk"]]) {
    const once = packed(guided, ids, "inner");
    const twice = packed(once, [...once.nodes.map(({ id }) => id)].slice(0, 2), "outer");
    expect(between(once, new Set(once.nodes.map(({ id }) => id).slice(0, 2)))).toEqual([]);
    for (const document of [once, twice]) {
      const again = compiled(document);
      expect(again.diagnostics).toEqual([]);
      expect(again.plan!.steps.map(({ key }) => key).sort()).toEqual(keys);
      expect(again.plan!.cost).toEqual(plan!.cost);
    }
  }
});

test("steps, forecasts and evaluations go by the path of their node", () => {
  const { plan, forecasts } = compiled(packed(guided, ["strong", "weak", "mix"], "pair"));
  expect(plan!.steps.map(({ id, nfe }) => [id, nfe])).toEqual([
    ["model", 0],
    ["pair/strong", 0],
    ["pair/weak", 0],
    ["pair/mix", 0],
    ["walk", 10],
  ]);
  expect(forecasts.get("pair/strong")).toHaveProperty("denoiser");
});

test("a missing link is told once, at the input of the subgraph that is open", () => {
  const document = packed(guided, ["strong", "weak", "mix"], "pair");
  const open = { ...document, edges: document.edges.filter(({ to }) => to[0] !== "pair") };
  expect(sentences(open)).toEqual(["error pair model: Model is not connected. Connect a model."]);
  // Inside, where nothing comes from the rim, it is told of the inner node.
  const inner = document.subgraphs![0].edges.filter(({ to }) => to[1] !== "weak");
  expect(sentences(changed(document, { edges: inner }))).toEqual([
    "error pair/mix weak: Weak is not connected. Connect a denoiser.",
  ]);
});

test("what is wrong with an instance is an error where a run needs it, else a warning", () => {
  const document = packed(guided, ["strong", "weak", "mix"], "pair");
  const astray = { from: ["model", "model"] as const, to: ["pair", "nowhere"] as const };
  expect(sentences({ ...document, edges: [...document.edges, astray] })).toEqual([
    "error pair nowhere: A link ends on “nowhere”, which Guided does not have.",
  ]);
  const dead = { ...document, edges: [...document.edges.filter(({ to }) => to[0] !== "walk"), astray] };
  expect(sentences(dead)[0]).toBe("warning pair nowhere: A link ends on “nowhere”, which Guided does not have.");
});

test("a node that needs a subgraph which is gone keeps its links and says so", () => {
  const document = packed(guided, ["strong", "weak", "mix"], "pair");
  expect(sentences({ ...document, subgraphs: [] })).toEqual([
    "error pair null: There is no subgraph “pair” in this workflow. The node keeps its data and links.",
  ]);
});

test("bypassed, an instance passes what its ports say; muted, it takes along what needs it", () => {
  const wrapped = packed(guided, ["mix"], "pair");
  const withMode = (mode: "bypass" | "mute"): Workflow => ({
    ...wrapped,
    nodes: wrapped.nodes.map((node) => (node.id === "pair" ? { ...node, mode } : node)),
  });
  expect(compiled(withMode("bypass")).plan?.steps.map(({ id }) => id)).toEqual(["model", "strong", "walk"]);
  expect(sentences(withMode("mute"))).toEqual([expect.stringContaining("is muted, or needs a muted node")]);
  const inner = wrapped.subgraphs![0].nodes.map((node) =>
    node.id === "mix" ? { ...node, mode: "mute" as const } : node,
  );
  expect(sentences(changed(wrapped, { nodes: inner }))).toEqual([expect.stringContaining("needs a muted node")]);
});

test("a value that an instance sets is checked like any other, at the inner node", () => {
  const document = changed(packed(guided, ["walk"], "end"), { params: [{ name: "steps", to: ["walk", "steps"] }] });
  const nodes = document.nodes.map((node) => (node.id === "end" ? { ...node, params: { steps: 0 } } : node));
  expect(sentences({ ...document, nodes })).toEqual(["error end/walk steps: Steps is 0. It takes 1 and more."]);
});
