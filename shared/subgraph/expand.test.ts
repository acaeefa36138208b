import { expect, test } from "vitest";
import { parseWorkflow } from "../workflow/parse.ts";
import { resolveSeeds } from "../workflow/seeds.ts";
import { serializeWorkflow } from "../workflow/serialize.ts";
import { applySets } from "../workflow/sets.ts";
import type { Subgraph, Workflow } from "../workflow/workflow.ts";
import { expandSubgraphs } from "./expand.ts";
import { subgraphKinds } from "./kinds.ts";
import { testGraph, testKinds, testSubgraph } from "./testing.ts";

function left(nodes: readonly string[], edges: readonly string[], subgraphs: readonly Subgraph[]) {
  const document = testGraph(nodes, edges, { subgraphs });
  const { workflow, problems, open } = expandSubgraphs(document, testKinds);
  return {
    nodes: workflow.nodes.map(({ id }) => id).join(" "),
    edges: workflow.edges.map(({ from, to }) => `${from.join(".")} ${to.join(".")}`),
    problems: problems.map(({ severity, node, port, message }) => `${severity} ${node}.${port}: ${message}`),
    open: Object.fromEntries([...open].map(([end, place]) => [end.replace("\n", "."), place.join(".")])),
  };
}

/** Mixes what comes in with a value of its own. */
const soften = testSubgraph(
  "soften",
  ["give give", "mix mix"],
  ["inputs.in mix.one", "give.number mix.list", "inputs.in mix.list", "mix.number outputs.out"],
  { inputs: ["in"], outputs: ["out"], params: ["amount mix.value"] },
);

test("a document without instances is handed back as it is", () => {
  const plain = testGraph(["a give"], [], { subgraphs: [soften] });
  expect(expandSubgraphs(plain, testKinds).workflow).toBe(plain);
});

test("each instance is written out under its own path; lists keep their order", () => {
  const result = left(
    ["a give", "one subgraph/soften", "two subgraph/soften", "end mix"],
    [
      "a.number one.in",
      "one.out two.in",
      "a.number end.list",
      "two.out end.list",
      "one.out end.list",
      "a.number two.amount",
    ],
    [soften],
  );
  expect(result).toEqual({
    nodes: "a one/give one/mix two/give two/mix end",
    edges: [
      "a.number end.list",
      "two/mix.number end.list",
      "one/mix.number end.list",
      "a.number two/mix.value",
      "a.number one/mix.one",
      "one/give.number one/mix.list",
      "a.number one/mix.list",
      "one/mix.number two/mix.one",
      "two/give.number two/mix.list",
      "one/mix.number two/mix.list",
    ],
    problems: [],
    open: {},
  });
});

test("values reach through instances in instances", () => {
  const outer = testSubgraph("outer", ["deep subgraph/soften"], ["inputs.x deep.in", "deep.out outputs.y"], {
    inputs: ["x"],
    outputs: ["y"],
    params: ["level deep.amount"],
  });
  const document = testGraph(["a give", "o subgraph/outer"], ["a.number o.x"], { subgraphs: [soften, outer] });
  const nodes = document.nodes.map((node) => (node.id === "o" ? { ...node, params: { level: 2n ** 63n } } : node));
  const { workflow, problems } = expandSubgraphs({ ...document, nodes }, testKinds);
  expect(problems).toEqual([]);
  expect(workflow.nodes.map(({ id, params }) => [id, params])).toEqual([
    ["a", {}],
    ["o/deep/give", {}],
    ["o/deep/mix", { value: 2n ** 63n }],
  ]);
  const kinds = subgraphKinds(document, testKinds);
  expect(kinds.get("subgraph/outer")?.params.level).toMatchObject({ kind: "number", label: "Level", default: 1 });
  expect(kinds.get("subgraph/outer")?.inputs.x).toMatchObject({ wire: "number", optional: false });
});

test("bypassed and muted instances stay: their ports say what passes", () => {
  const document = testGraph(["a give", "one subgraph/soften", "end take"], ["a.number one.in", "one.out end.one"], {
    subgraphs: [soften],
  });
  const nodes = document.nodes.map((node) => (node.id === "one" ? { ...node, mode: "bypass" as const } : node));
  const { workflow, kinds } = expandSubgraphs({ ...document, nodes }, testKinds);
  expect(workflow.nodes.map(({ id }) => id)).toEqual(["a", "one", "end"]);
  expect(Object.keys(kinds.get("subgraph/soften")?.inputs ?? {})).toEqual(["in"]);
});

test("what is missing is told where it can be mended", () => {
  expect(left(["one subgraph/soften", "end take"], ["one.out end.one"], [soften]).open).toEqual({
    "one/mix.one": "one.in",
    "one/mix.list": "one.in",
  });
  expect(left(["one subgraph/gone", "end take"], ["one.out end.one"], [])).toMatchObject({
    nodes: "one end",
    edges: ["one.out end.one"],
    problems: ["error one.null: There is no subgraph “gone” in this workflow. The node keeps its data and links."],
  });
  const wrong = left(
    ["a give", "one subgraph/soften", "end take"],
    ["a.number one.nowhere", "one.nothing end.one"],
    [{ ...soften, params: [{ name: "amount", to: ["lost", "value"] }] }],
  );
  expect(wrong.problems).toEqual([
    "warning one.amount: Soften shows a parameter of the node “lost”, which is not there. Its value is kept, but changes nothing.",
    "error one.nowhere: A link ends on “nowhere”, which Soften does not have.",
    "error end.one: Its link comes from “nothing”, which Soften does not have.",
  ]);
  const empty = testSubgraph("empty", [], [], { inputs: ["in"], outputs: ["out"] });
  expect(left(["a give", "e subgraph/empty", "end take"], ["e.out end.one"], [empty]).problems).toEqual([
    "error end.one: Its link comes from Out of Empty, to which nothing is connected inside. Open Empty and connect it.",
  ]);
  expect(left(["one subgraph/soften"], [], [soften, { ...soften, name: "Other" }]).problems).toEqual([
    "error null.null: Two subgraphs have the id “soften”: only the first is used. Give one of them another id.",
  ]);
});

test("what passes straight through is followed, and ends where it goes round", () => {
  const pipe = testSubgraph("pipe", [], ["inputs.in outputs.out"], { inputs: ["in"], outputs: ["out"] });
  const nodes = ["a give", "p subgraph/pipe", "q subgraph/pipe", "end take"];
  expect(left(nodes, ["a.number p.in", "p.out q.in", "q.out end.one"], [pipe]).edges).toEqual(["a.number end.one"]);
  expect(left(nodes, ["q.out p.in", "p.out q.in", "q.out end.one"], [pipe]).problems).toEqual([
    "error end.one: Its link leads back to itself through a subgraph. Remove one of the links on the way.",
  ]);
});

test("a subgraph that contains itself is refused by name, one that multiplies by size", () => {
  const one = testSubgraph("one", ["x subgraph/two"], []);
  const two = testSubgraph("two", ["y subgraph/one"], []);
  expect(left(["top subgraph/one"], [], [one, two]).problems).toEqual([
    "error top/x/y.null: The subgraph contains itself: One → Two → One. Remove this node.",
  ]);
  const doubling = Array.from({ length: 40 }, (_, at) =>
    testSubgraph(`d${at}`, at === 39 ? ["g give"] : [`a subgraph/d${at + 1}`, `b subgraph/d${at + 1}`], []),
  );
  expect(left(["top subgraph/d0"], [], doubling).problems.at(-1)).toContain(
    "hold more than 20000 nodes, links or subgraphs",
  );
  const deep = Array.from({ length: 5000 }, (_, at) => testSubgraph(`d${at}`, [`a subgraph/d${at + 1}`], []));
  expect(left(["top subgraph/d0"], [], deep).problems.at(-1)).toContain("nested deeper than 64 levels");
});

test("setting a value inside one instance leaves the others alone", () => {
  const document = testGraph(["one subgraph/soften", "two subgraph/soften"], [], { subgraphs: [soften] });
  const set = applySets(document, ["one/mix.value=18446744073709551615", "two.amount=3", "one/mix.seed=5"]);
  if ("problem" in set) throw new Error(set.problem);
  const values = expandSubgraphs(set.workflow, testKinds).workflow.nodes.map(({ id, params }) => [id, params]);
  expect(values).toEqual([
    ["one/give", {}],
    ["one/mix", { value: 18446744073709551615n, seed: 5 }],
    ["two/give", {}],
    ["two/mix", { value: 3 }],
  ]);
  expect(set.workflow.subgraphs?.map(({ id }) => id)).toEqual(["soften", "soften-2"]);
  expect(set.targets.map(({ node, isNew }) => [node, isNew])).toEqual([
    ["one/mix", true],
    ["two", true],
    ["one/mix", true],
  ]);
  expect(applySets(document, ["one/nobody.x=1"])).toEqual({
    problem: expect.stringContaining("no node “one/nobody”. The nodes are one, two, one/inputs"),
  });
});

test("a seed inside is one for all instances, a shown one belongs to each", () => {
  const kind = {
    type: "draw",
    params: {
      seed: { kind: "seed", mode: "seedMode", default: 0 },
      seedMode: { kind: "select", default: "fixed", options: [] },
    },
    inputs: {},
    outputs: {},
  };
  const inner = testSubgraph("inner", ["noise draw"], []);
  const random = inner.nodes.map((node) => (node.id === "noise" ? { ...node, params: { seedMode: "random" } } : node));
  let drawn = 40n;
  const run = (subgraph: Subgraph) => {
    const document = testGraph(["a subgraph/inner", "b subgraph/inner"], [], { subgraphs: [subgraph] });
    const { workflow, seeds } = resolveSeeds(document, [kind as never], new Map(), () => ++drawn);
    const flat = expandSubgraphs(workflow, new Map([["draw", kind as never]])).workflow;
    return { given: seeds.map(({ node, seed }) => [node, seed]), ran: flat.nodes.map(({ params }) => params.seed) };
  };
  expect(run({ ...inner, nodes: random })).toEqual({
    given: [
      ["a/noise", 41n],
      ["b/noise", 41n],
    ],
    ran: [41, 41],
  });
  const params = ["seed", "seedMode"].map((name) => ({ name, to: ["noise", name] as const }));
  expect(run({ ...inner, nodes: random, params })).toEqual({
    given: [
      ["a", 42n],
      ["b", 43n],
    ],
    ran: [42, 43],
  });
});

test("subgraphs are kept through loading and saving, a node a line, unknown fields and every digit too", () => {
  const strange = { ...soften, mine: 9007199254740993n, inputs: [{ name: "in", type: "number", hint: "x" }] };
  const document = testGraph(["one subgraph/soften"], [], { subgraphs: [strange] as Workflow["subgraphs"] & object });
  const text = serializeWorkflow(document);
  expect(parseWorkflow(text)).toEqual({ workflow: document });
  expect(text.split("\n").filter((line) => line.includes('"id": "mix"'))).toHaveLength(1);
  for (const [field, value] of [
    ["name", 3],
    ["nodes", {}],
    ["inputs", [{ name: "x" }]],
    ["params", [{ name: "x", to: "y" }]],
    ["edges", [{}]],
  ] as const) {
    const broken = serializeWorkflow({ ...document, subgraphs: [{ ...soften, [field]: value }] as never });
    expect(parseWorkflow(broken)).toEqual({ problem: expect.stringContaining(`subgraphs[0] (“soften”).${field}`) });
  }
});
