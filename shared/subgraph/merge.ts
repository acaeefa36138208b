import type { Subgraph, Workflow, WorkflowNode } from "../workflow/workflow.ts";
import { writeJson } from "../workflow/writeJson.ts";
import { subgraphIdOf, subgraphOf, subgraphType } from "./names.ts";
import { freeSubgraphId } from "./paths.ts";

/** The subgraphs that nodes stand for, and those inside them. */
export function subgraphsOf(document: Pick<Workflow, "subgraphs">, nodes: readonly WorkflowNode[]): Subgraph[] {
  const found = new Set<Subgraph>();
  const waiting = [...nodes];
  for (const { type } of waiting) {
    const subgraph = subgraphOf(document, type);
    if (subgraph === undefined || found.has(subgraph)) continue;
    found.add(subgraph);
    waiting.push(...subgraph.nodes);
  }
  return [...found];
}

/** Whether a node of a type holds a subgraph, at any depth: inside that subgraph it would hold itself. */
export function holds(document: Pick<Workflow, "subgraphs">, type: string, id: string): boolean {
  const one: WorkflowNode = { id: "", type, params: {} };
  return subgraphsOf(document, [one]).some((subgraph) => subgraph.id === id);
}

export interface Merged {
  /** Subgraphs that the document does not have yet, under ids that are free in it. */
  readonly added: readonly Subgraph[];
  /** The type under which the document knows a type of the other. */
  typeOf(type: string): string;
}

/**
 * What becomes of subgraphs that come from another document: those that are here already, to the letter, are used as they
 * are; those whose id means something else here get another.
 */
export function mergeSubgraphs(here: readonly Subgraph[], incoming: readonly Subgraph[]): Merged {
  const known = new Map(here.map((one) => [one.id, writeJson(one)]));
  const isOther = new Set(incoming.filter((one) => known.get(one.id) !== writeJson(one)).map(({ id }) => id));
  // What holds one that goes by another id here is another one itself.
  for (let before = -1; before !== isOther.size; ) {
    before = isOther.size;
    for (const { id, nodes } of incoming)
      if (nodes.some(({ type }) => isOther.has(subgraphIdOf(type) ?? ""))) isOther.add(id);
  }
  const ids = new Map<string, string>();
  const taken = [...here];
  for (const one of incoming) {
    if (!isOther.has(one.id)) continue;
    const id = freeSubgraphId(taken, one.id);
    ids.set(one.id, id);
    taken.push({ ...one, id });
  }
  const typeOf = (type: string) => {
    const id = ids.get(subgraphIdOf(type) ?? "");
    return id === undefined ? type : subgraphType(id);
  };
  const added = incoming.flatMap((one) => {
    const id = ids.get(one.id);
    const nodes = one.nodes.map((node) => ({ ...node, type: typeOf(node.type) }));
    return id === undefined ? [] : [{ ...one, id, nodes }];
  });
  return { added, typeOf };
}
