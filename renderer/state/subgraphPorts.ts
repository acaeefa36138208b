import type { Draft } from "immer";
import type { WireType } from "../../shared/node/wires.ts";
import { freeName, inputsType, outputsType, subgraphType } from "../../shared/subgraph/names.ts";
import type { End, Graph, Subgraph, Workflow } from "../../shared/workflow/workflow.ts";
import { catalogByType } from "./catalog.ts";
import { activeDocument, edit } from "./documents.ts";
import { subgraphInside } from "./inside.ts";

/** What a subgraph shows to the outside. */
export type Side = "inputs" | "outputs" | "params";

/** Changes the open subgraph; `document` is the whole around it. */
function change(label: string, recipe: (subgraph: Draft<Subgraph>, document: Draft<Workflow>) => void): void {
  const active = activeDocument();
  const id = active && subgraphInside(active.root, active.inside)?.id;
  if (id === undefined) return;
  edit(label, (_, document) => {
    const subgraph = document.subgraphs?.find((one) => one.id === id);
    if (subgraph) recipe(subgraph, document);
  });
}

/** Names that a new port or parameter may not have: inputs and parameters share theirs. */
function takenNames({ inputs, outputs, params }: Subgraph, side: Side): Set<string> {
  return new Set((side === "outputs" ? outputs : [...inputs, ...params]).map(({ name }) => name));
}

/** Adds an input or output to the open subgraph, and with `end` a link between it and an inner port. */
export function addPort(side: "inputs" | "outputs", type: WireType, wish: string, end?: End, rim?: string): void {
  change(side === "inputs" ? "Add input" : "Add output", (subgraph) => {
    const name = freeName(wish, takenNames(subgraph as Subgraph, side));
    subgraph[side].push({ name, type });
    const rimType = side === "inputs" ? inputsType : outputsType;
    const node = rim ?? subgraph.nodes.find((one) => one.type === rimType)?.id;
    if (end === undefined || node === undefined) return;
    if (side === "inputs") {
      const isList = catalogByType.get(subgraph.nodes.find(({ id }) => id === end[0])?.type ?? "")?.inputs[end[1]]
        ?.many;
      if (!isList) subgraph.edges = subgraph.edges.filter(({ to }) => to[0] !== end[0] || to[1] !== end[1]);
      subgraph.edges.push({ from: [node, name], to: [...end] });
    } else subgraph.edges.push({ from: [...end], to: [node, name] });
  });
}

/** Shows a parameter of an inner node on the subgraph, a seed together with its mode; or hides it again. */
export function toggleShown(node: string, param: string): void {
  const active = activeDocument();
  const type = active?.workflow.nodes.find(({ id }) => id === node)?.type ?? "";
  const declared = catalogByType.get(type)?.params[param];
  const mode = declared?.kind === "seed" ? declared.mode : undefined;
  const wanted = mode === undefined ? [param] : [param, mode];
  const shown = shownParam(node, param);
  if (shown !== undefined) {
    const isOf = ({ to }: { readonly to: End }) => to[0] === node && wanted.includes(to[1]);
    change("Hide on subgraph", (subgraph, document) => {
      for (const { name } of subgraph.params.filter((one) => isOf(one as { to: End })))
        removeFrom(document, subgraph, "params", name);
    });
    return;
  }
  change("Show on subgraph", (subgraph) => {
    for (const one of wanted) {
      const name = freeName(one, takenNames(subgraph as Subgraph, "params"));
      subgraph.params.push({ name, to: [node, one] });
    }
  });
}

/** Name under which the open subgraph shows a parameter of an inner node. */
export function shownParam(node: string, param: string): string | undefined {
  const active = activeDocument();
  const open = active && subgraphInside(active.root, active.inside);
  return open?.params.find(({ to }) => to[0] === node && to[1] === param)?.name;
}

/** Renames a port or parameter of the open subgraph, here and wherever it is used. */
export function renamePort(side: Side, before: string, wish: string): void {
  const text = wish.trim();
  if (text === "" || text === before) return;
  change("Rename", (subgraph, document) => {
    const taken = takenNames(subgraph as Subgraph, side);
    taken.delete(before);
    const after = freeName(text, taken);
    const one = subgraph[side].find(({ name }) => name === before);
    if (one === undefined) return;
    one.name = after;
    for (const edge of rimEdges(subgraph, side, before)) edge[side === "inputs" ? "from" : "to"][1] = after;
    for (const { graph, ids } of placesOf(document, subgraph.id)) {
      for (const edge of outerEdges(graph, ids, side, before)) edge[side === "outputs" ? "from" : "to"][1] = after;
      if (side !== "params") continue;
      for (const node of graph.nodes) {
        if (!ids.has(node.id) || !Object.hasOwn(node.params, before)) continue;
        // In the same place among the others.
        const entries = Object.entries(node.params).map(([name, value]) => [name === before ? after : name, value]);
        node.params = Object.fromEntries(entries);
      }
      for (const param of shownFurther(graph)) if (ids.has(param.to[0]) && param.to[1] === before) param.to[1] = after;
    }
  });
}

/** Moves a port or parameter of the open subgraph up or down among its like. */
export function movePort(side: Side, name: string, by: -1 | 1): void {
  change("Reorder", (subgraph) => {
    const list: { name: string }[] = subgraph[side];
    const at = list.findIndex((one) => one.name === name);
    const [here, there] = [list[at], list[at + by]];
    if (here === undefined || there === undefined) return;
    list[at] = there;
    list[at + by] = here;
  });
}

/** Removes a port or parameter of the open subgraph, with the links and values that it had anywhere. */
export function removePort(side: Side, name: string): void {
  change("Remove", (subgraph, document) => removeFrom(document, subgraph, side, name));
}

function removeFrom(document: Draft<Workflow>, subgraph: Draft<Subgraph>, side: Side, name: string): void {
  if (side === "params") subgraph.params = subgraph.params.filter((one) => one.name !== name);
  else subgraph[side] = subgraph[side].filter((one) => one.name !== name);
  drop(subgraph, rimEdges(subgraph, side, name));
  for (const { graph, owner, ids } of placesOf(document, subgraph.id)) {
    drop(graph, outerEdges(graph, ids, side, name));
    if (side !== "params") continue;
    for (const node of graph.nodes) if (ids.has(node.id)) delete node.params[name];
    const further = shownFurther(graph).filter(({ to }) => ids.has(to[0]) && to[1] === name);
    for (const param of further) if (owner !== null) removeFrom(document, owner, "params", param.name);
  }
}

type AnyGraph = Draft<Graph>;
type Edge = AnyGraph["edges"][number];

function drop(graph: AnyGraph, gone: readonly Edge[]): void {
  if (gone.length > 0) graph.edges = graph.edges.filter((edge) => !gone.includes(edge));
}

/** Links inside a subgraph that end on one of its ports. */
function rimEdges(subgraph: Draft<Subgraph>, side: Side, name: string): Edge[] {
  if (side === "params") return [];
  const type = side === "inputs" ? inputsType : outputsType;
  const rim = new Set(subgraph.nodes.filter((node) => node.type === type).map(({ id }) => id));
  return subgraph.edges.filter(({ from, to }) => {
    const end = side === "inputs" ? from : to;
    return rim.has(end[0]) && end[1] === name;
  });
}

/** Links around instances that end on one of their ports or parameters. */
function outerEdges(graph: AnyGraph, ids: ReadonlySet<string>, side: Side, name: string): Edge[] {
  return graph.edges.filter(({ from, to }) => {
    const end = side === "outputs" ? from : to;
    return ids.has(end[0]) && end[1] === name;
  });
}

/** Graphs in which a subgraph is used, and the nodes there that stand for it. */
function placesOf(document: Draft<Workflow>, id: string) {
  const type = subgraphType(id);
  const graphs: { graph: AnyGraph; owner: Draft<Subgraph> | null }[] = [
    { graph: document, owner: null },
    ...(document.subgraphs ?? []).map((one) => ({ graph: one, owner: one })),
  ];
  return graphs
    .map(({ graph, owner }) => ({
      graph,
      owner,
      ids: new Set(graph.nodes.filter((node) => node.type === type).map((node) => node.id)),
    }))
    .filter(({ ids }) => ids.size > 0);
}

/** Parameters that a graph's own subgraph shows in turn. */
function shownFurther(graph: AnyGraph): Draft<Subgraph>["params"] {
  return "params" in graph && Array.isArray(graph.params) ? (graph as Draft<Subgraph>).params : [];
}
