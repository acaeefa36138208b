import type { Subgraph, Workflow, WorkflowNode } from "../workflow/workflow.ts";
import { subgraphIdOf, subgraphOf, subgraphType } from "./names.ts";

/** The nodes on the way to a path such as "outer/inner", the one it names last; null if there is no such node. */
export function nodesAt(document: Workflow, path: string): readonly WorkflowNode[] | null {
  const find = (graph: Pick<Workflow, "nodes">, rest: string): readonly WorkflowNode[] | null => {
    const here = graph.nodes.find(({ id }) => id === rest);
    if (here !== undefined) return [here];
    // Ids may hold slashes themselves, so the first part may reach to any of them.
    for (const node of graph.nodes) {
      const inner = rest.startsWith(`${node.id}/`) ? subgraphOf(document, node.type) : undefined;
      const found = inner && find(inner, rest.slice(node.id.length + 1));
      if (found) return [node, ...found];
    }
    return null;
  };
  return find(document, path);
}

/** Paths of the nodes of a document, those inside instances too, its own first; no more than `most`. */
export function pathsIn(document: Workflow, most: number): string[] {
  const paths: string[] = [];
  for (const { path } of walk(document)) if (paths.push(path) >= most) break;
  return paths;
}

/** Paths of the instances of a subgraph. */
export function instancesOf(document: Workflow, id: string): string[] {
  const type = subgraphType(id);
  const paths: string[] = [];
  for (const { path, node } of walk(document)) if (node.type === type) paths.push(path);
  return paths;
}

/** Where walking ends in a document that multiplies or contains itself, which expanding refuses. */
const farthest = 10_000;

/** Every node, level by level. */
function* walk(document: Workflow): Generator<{ readonly path: string; readonly node: WorkflowNode }> {
  const waiting = [{ nodes: document.nodes, path: "" }];
  let count = 0;
  for (const { nodes, path } of waiting) {
    for (const node of nodes) {
      if (++count > farthest) return;
      yield { path: `${path}${node.id}`, node };
      const inner = subgraphOf(document, node.type);
      if (inner) waiting.push({ nodes: inner.nodes, path: `${path}${node.id}/` });
    }
  }
}

/**
 * The document with one node changed, which may stand inside instances: a subgraph on the way that others use as well is
 * copied first, so that only this place changes.
 */
export function changeAt(
  document: Workflow,
  path: readonly WorkflowNode[],
  change: (node: WorkflowNode) => WorkflowNode,
): Workflow {
  let result = document;
  // The graph that is changed next: null for the top.
  let inside: string | null = null;
  for (const [at, node] of path.entries()) {
    if (at === path.length - 1) return changeNode(result, inside, node.id, change);
    const id: string = subgraphIdOf(node.type) ?? "";
    if (countUses(result, id) <= 1) inside = id;
    else {
      const copy: Subgraph = copyOf(result, id);
      result = { ...result, subgraphs: [...(result.subgraphs ?? []), copy] };
      result = changeNode(result, inside, node.id, (one) => ({ ...one, type: subgraphType(copy.id) }));
      inside = copy.id;
    }
  }
  return result;
}

/** How many nodes of a document stand for a subgraph, those inside others included. */
export function countUses({ nodes, subgraphs = [] }: Workflow, id: string): number {
  const type = subgraphType(id);
  return [nodes, ...subgraphs.map((one) => one.nodes)].flat().filter((node) => node.type === type).length;
}

/** The same subgraph under an id of its own. */
export function copyOf({ subgraphs = [] }: Workflow, id: string): Subgraph {
  const original = subgraphs.find((one) => one.id === id);
  if (original === undefined) throw new Error(`There is no subgraph “${id}” in this workflow.`);
  return { ...original, id: freeSubgraphId(subgraphs, id) };
}

/** A free id like `wish`: detail, detail-2, … */
export function freeSubgraphId(subgraphs: readonly { readonly id: string }[], wish: string): string {
  const taken = new Set(subgraphs.map((one) => one.id));
  let id = wish;
  for (let number = 2; taken.has(id); number++) id = `${wish}-${number}`;
  return id;
}

function changeNode(
  document: Workflow,
  inside: string | null,
  id: string,
  change: (node: WorkflowNode) => WorkflowNode,
): Workflow {
  const changed = (nodes: readonly WorkflowNode[]) => nodes.map((node) => (node.id === id ? change(node) : node));
  if (inside === null) return { ...document, nodes: changed(document.nodes) };
  const subgraphs = (document.subgraphs ?? []).map((one) =>
    one.id === inside ? { ...one, nodes: changed(one.nodes) } : one,
  );
  return { ...document, subgraphs };
}
