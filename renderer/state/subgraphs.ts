import type { Draft } from "immer";
import { freeName, isBoundary, subgraphOf, subgraphType } from "../../shared/subgraph/names.ts";
import { between, pack } from "../../shared/subgraph/pack.ts";
import { copyOf, countUses, freeSubgraphId, nodesAt } from "../../shared/subgraph/paths.ts";
import { unpack } from "../../shared/subgraph/unpack.ts";
import type { Graph, Subgraph, WorkflowNode } from "../../shared/workflow/workflow.ts";
import { showToast } from "../ui/toasts.ts";
import { renameNode } from "./canvasView.ts";
import { catalogByType } from "./catalog.ts";
import { activeDocument, edit, openInside, select } from "./documents.ts";
import { dropUnused, freeId } from "./edits.ts";
import { subgraphInside } from "./inside.ts";
import { selectedNodes } from "./looks.ts";

/** The subgraph that is open in the document in front; undefined at the top. */
export function openSubgraph(): Subgraph | undefined {
  const active = activeDocument();
  return active && subgraphInside(active.root, active.inside);
}

/** Selected nodes that stand for subgraphs which are there. */
export function selectedInstances(): readonly WorkflowNode[] {
  const active = activeDocument();
  return active === undefined ? [] : selectedNodes().filter(({ type }) => subgraphOf(active.root, type) !== undefined);
}

/** Selected nodes that can be packed: the rim of the open subgraph stays where it is. */
export function packable(): readonly WorkflowNode[] {
  return selectedNodes().filter(({ type }) => !isBoundary(type));
}

/** Puts the selection into a subgraph, which stands in its place as one node, and asks for its name. */
export function packSelection(): void {
  const active = activeDocument();
  const nodes = packable();
  if (active === undefined || nodes.length === 0) return;
  const graph: Graph = active.workflow;
  const chosen = new Set(nodes.map(({ id }) => id));
  const caught = between(graph, chosen);
  if (caught.length > 0) {
    const titles = caught.slice(0, 3).map((node) => node.title ?? catalogByType.get(node.type)?.title ?? node.type);
    const them = caught.length > 1 ? "them" : "it";
    const text = `${titles.join(", ")}${caught.length > 3 ? ", …" : ""} would feed the subgraph and read from it. Select ${them} too.`;
    showToast({ kind: "info", text });
    return;
  }
  const subgraphs = active.root.subgraphs ?? [];
  const id = freeSubgraphId(subgraphs, "subgraph");
  const name = freeName("Subgraph", new Set(subgraphs.map((one) => one.name)));
  const instance = freeId(graph.nodes, subgraphType(id));
  const packed = pack({ graph, chosen, id, name, instance, kindOf: ({ type }) => catalogByType.get(type) });
  edit("Make subgraph", (draft, document) => {
    setGraph(draft, packed.graph);
    document.subgraphs ??= [];
    document.subgraphs.push(packed.subgraph as Draft<Subgraph>);
  });
  select([instance]);
  // Its card takes the focus once it is measured and seen.
  requestAnimationFrame(() => requestAnimationFrame(() => renameNode(instance)));
}

/** Writes the selected subgraphs out into the graph around them. */
export function unpackSelection(): void {
  const active = activeDocument();
  const instances = selectedInstances();
  const bypassed = instances.find(({ mode }) => mode === "bypass");
  if (bypassed !== undefined) {
    const title = bypassed.title ?? catalogByType.get(bypassed.type)?.title;
    showToast({
      kind: "info",
      text: `${title} is bypassed: what it holds does not run. End the bypass, then unpack it.`,
    });
    return;
  }
  if (active === undefined || instances.length === 0) return;
  let graph: Graph = active.workflow;
  const ids: string[] = [];
  for (const { id, type } of instances) {
    const instance = graph.nodes.find((node) => node.id === id);
    const subgraph = subgraphOf(active.root, type);
    if (instance === undefined || subgraph === undefined) continue;
    const out = unpack(graph, instance, subgraph);
    graph = out.graph;
    ids.push(...out.ids);
  }
  edit(instances.length === 1 ? "Unpack subgraph" : `Unpack ${instances.length} subgraphs`, (draft, document) => {
    setGraph(draft, graph);
    dropUnused(
      document,
      instances.map(({ type }) => type),
    );
  });
  select(ids);
}

function setGraph(draft: Draft<Graph>, { nodes, edges, groups }: Graph): void {
  draft.nodes = nodes as Draft<WorkflowNode>[];
  draft.edges = edges as typeof draft.edges;
  if (groups === undefined) delete draft.groups;
  else draft.groups = groups as NonNullable<typeof draft.groups>;
}

/** Opens what a node stands for; false for a node that holds nothing. */
export function enter(id: string): boolean {
  const active = activeDocument();
  const node = active?.workflow.nodes.find((one) => one.id === id);
  if (active === undefined || node === undefined || subgraphOf(active.root, node.type) === undefined) return false;
  openInside([...active.inside, id]);
  return true;
}

/** Goes back to the graph that is `levels` around the open one, and selects where one was. */
export function leave(levels = 1): void {
  const active = activeDocument();
  const at = (active?.inside.length ?? 0) - levels;
  const instance = active?.inside[at];
  if (active === undefined || instance === undefined) return;
  openInside(active.inside.slice(0, at));
  select([instance]);
}

/** Gives the selected instances a subgraph of their own, so that changing it leaves the others alone. */
export function makeUnique(): void {
  const active = activeDocument();
  const shared = selectedInstances().filter(({ type }) => usesOf(type) > 1);
  if (active === undefined || shared.length === 0) return;
  const chosen = new Set(shared.map(({ id }) => id));
  edit("Make unique", (draft, document) => {
    for (const node of draft.nodes) {
      const subgraph = chosen.has(node.id) ? subgraphOf(document, node.type) : undefined;
      if (subgraph === undefined) continue;
      const copy = copyOf({ fairlead: 1, nodes: [], edges: [], subgraphs: document.subgraphs ?? [] }, subgraph.id);
      const names = new Set(document.subgraphs?.map((one) => one.name));
      document.subgraphs?.push({ ...copy, name: freeName(copy.name, names) } as Draft<Subgraph>);
      node.type = subgraphType(copy.id);
    }
  });
}

/** How many nodes of the document in front stand for the same subgraph as nodes of a type. */
export function usesOf(type: string): number {
  const active = activeDocument();
  const subgraph = active && subgraphOf(active.root, type);
  return subgraph === undefined ? 0 : countUses(active!.root, subgraph.id);
}

/** Names a subgraph. */
export function renameSubgraph(id: string, name: string): void {
  if (name.trim() === "") return;
  edit("Rename subgraph", (_, document) => {
    const subgraph = document.subgraphs?.find((one) => one.id === id);
    if (subgraph) subgraph.name = name.trim();
  });
}

/** Opens the graph that a path such as "outer/inner" leads into and selects the node; null if there is none. */
export function selectAt(path: string): string | null {
  const active = activeDocument();
  const nodes = active && nodesAt(active.root, path);
  const node = nodes?.at(-1);
  if (!nodes || node === undefined) return null;
  openInside(nodes.slice(0, -1).map(({ id }) => id));
  select([node.id]);
  return node.id;
}
