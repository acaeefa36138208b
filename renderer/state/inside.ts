import { subgraphOf } from "../../shared/subgraph/names.ts";
import type { Subgraph, Workflow, WorkflowNode } from "../../shared/workflow/workflow.ts";

/** The instances of a path and what each stands for, as far as they are there and none holds itself. */
export function stepsInside(
  document: Workflow,
  inside: readonly string[],
): { readonly node: WorkflowNode; readonly subgraph: Subgraph }[] {
  const steps: { readonly node: WorkflowNode; readonly subgraph: Subgraph }[] = [];
  let { nodes } = document;
  for (const id of inside) {
    const node = nodes.find((one) => one.id === id);
    const subgraph = node && subgraphOf(document, node.type);
    if (node === undefined || subgraph === undefined || steps.some((step) => step.subgraph === subgraph)) break;
    steps.push({ node, subgraph });
    nodes = subgraph.nodes;
  }
  return steps;
}

/** The part of a path that exists. */
export function insideOf(document: Workflow, inside: readonly string[]): readonly string[] {
  const { length } = stepsInside(document, inside);
  return length === inside.length ? inside : inside.slice(0, length);
}

/** The subgraph that a path leads into; undefined at the top. */
export function subgraphInside(document: Workflow, inside: readonly string[]): Subgraph | undefined {
  return stepsInside(document, inside).at(-1)?.subgraph;
}

/** The document with the nodes, links and frames of the subgraph that a path leads into. */
export function graphInside(document: Workflow, inside: readonly string[]): Workflow {
  const subgraph = subgraphInside(document, inside);
  if (subgraph === undefined) return document;
  const { groups: _, ...rest } = document;
  const { nodes, edges, groups } = subgraph;
  return { ...rest, nodes, edges, ...(groups === undefined ? {} : { groups }) };
}
