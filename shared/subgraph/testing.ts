import fc from "fast-check";
import { param } from "../node/params.ts";
import { port } from "../node/ports.ts";
import type { Subgraph, Workflow, WorkflowNode } from "../workflow/workflow.ts";
import type { Kind } from "./kinds.ts";
import { between, pack } from "./pack.ts";
import { freeSubgraphId } from "./paths.ts";

/** Three kinds of node: one that gives, one with a list, a single input and a parameter, and one that takes. */
export const testKinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["give", { title: "Give", inputs: {}, params: {}, outputs: { number: port.number("") } }],
  [
    "mix",
    {
      title: "Mix",
      inputs: { one: port.number(""), list: port.number("", { many: true, optional: true }) },
      params: { value: param.number({ default: 1, about: "" }), seed: param.seed({ default: 0, about: "" }) },
      outputs: { number: port.number(""), rest: port.number("") },
    },
  ],
  ["take", { title: "Take", inputs: { one: port.number("") }, params: {}, outputs: {}, effect: "writes" }],
]);

/** A document in short form: nodes as "id type", links as "a.out b.in". */
export function testGraph(nodes: readonly string[], edges: readonly string[], rest: Partial<Workflow> = {}): Workflow {
  return {
    fairlead: 1,
    nodes: nodes.map((text, at): WorkflowNode => {
      const [id = "", type = ""] = text.split(" ");
      return { id, type, params: {}, position: { x: 240 * at, y: 60 * (at % 3) } };
    }),
    edges: edges.map((text) => {
      const [from = [], to = []] = text.split(" ").map((end) => end.split("."));
      return { from: [from[0] ?? "", from[1] ?? ""], to: [to[0] ?? "", to[1] ?? ""] };
    }),
    ...rest,
  };
}

/** A subgraph in the same short form; ports and shown parameters as "name" of numbers and "name node.param". */
export function testSubgraph(
  id: string,
  nodes: readonly string[],
  edges: readonly string[],
  { inputs = [], outputs = [], params = [] }: { inputs?: string[]; outputs?: string[]; params?: string[] } = {},
): Subgraph {
  const graph = testGraph(["inputs graph/inputs", "outputs graph/outputs", ...nodes], edges);
  return {
    id,
    name: id.charAt(0).toUpperCase() + id.slice(1),
    nodes: graph.nodes,
    edges: graph.edges,
    inputs: inputs.map((name) => ({ name, type: "number" })),
    outputs: outputs.map((name) => ({ name, type: "number" })),
    params: params.map((text) => {
      const [name = "", to = ""] = text.split(" ");
      const [node = "", inner = ""] = to.split(".");
      return { name, to: [node, inner] };
    }),
  };
}

const places = ["one", "list", "list", "value"];

/** Graphs without loops in which every port is used in many ways, and a choice of their nodes. */
export const graphAndChoice: fc.Arbitrary<{ readonly graph: Workflow; readonly chosen: ReadonlySet<string> }> = fc
  .record({
    types: fc.array(fc.constantFrom("give", "mix", "mix", "mix", "take"), { minLength: 1, maxLength: 12 }),
    links: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(3), fc.boolean()), { maxLength: 30 }),
    picks: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  })
  .map(({ types, links, picks }) => {
    const nodes = types.map((type, at) => `n${at} ${type}`);
    const seen = new Set<string>();
    const edges = links.flatMap(([a, b, place, rest]) => {
      const [from, to] = [a % types.length, b % types.length];
      if (from >= to || types[from] === "take" || types[to] === "give") return [];
      const name = types[to] === "take" ? "one" : (places[place] ?? "");
      const end = `n${to}.${name}`;
      if (name !== "list" && seen.has(end)) return [];
      seen.add(end);
      return [`n${from}.${rest && types[from] === "mix" ? "rest" : "number"} ${end}`];
    });
    return { graph: testGraph(nodes, edges), chosen: new Set(types.flatMap((_, at) => (picks[at] ? [`n${at}`] : []))) };
  })
  .filter(({ graph, chosen }) => chosen.size > 0 && between(graph, chosen).length === 0);

/** A document with some of its nodes packed, as a person would. */
export function packed(document: Workflow, chosen: ReadonlySet<string>, instance: string): Workflow {
  const id = freeSubgraphId(document.subgraphs ?? [], "packed");
  const kindOf = ({ type }: WorkflowNode) => testKinds.get(type);
  const { groups: _, ...rest } = document;
  const { graph, subgraph } = pack({ graph: document, chosen, id, name: "Packed", instance, kindOf });
  return { ...rest, ...graph, subgraphs: [...(document.subgraphs ?? []), subgraph] };
}

/** What decides over a run: nodes, and what comes into each of their ports, in order; names without paths. */
export function meaning({ nodes, edges }: Pick<Workflow, "nodes" | "edges">) {
  const last = (id: string) => id.split("/").at(-1);
  const inputs: Record<string, string[]> = {};
  for (const { from, to } of edges) {
    const place = `${last(to[0])}.${to[1]}`;
    inputs[place] = [...(inputs[place] ?? []), `${last(from[0])}.${from[1]}`];
  }
  const steps = nodes.map(({ id, type, params, position }) => ({ id: last(id) ?? "", type, params, position }));
  return { inputs, nodes: steps.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}
