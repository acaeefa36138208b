import type { Workflow, WorkflowNode } from "../../../shared/workflow/workflow.ts";

/** Nodes so that each comes after what it reads, from left to right where that leaves a choice; circles come last. */
export function executionOrder({ nodes, edges }: Workflow): readonly WorkflowNode[] {
  const sorted = [...nodes].sort((a, b) => (a.position?.x ?? 0) - (b.position?.x ?? 0));
  const waits = new Map(sorted.map(({ id }) => [id, 0]));
  const readers = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const count = waits.get(to[0]);
    if (count === undefined || !waits.has(from[0])) continue;
    waits.set(to[0], count + 1);
    readers.set(from[0], [...(readers.get(from[0]) ?? []), to[0]]);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ready = sorted.filter(({ id }) => waits.get(id) === 0).map(({ id }) => id);
  for (let at = 0; at < ready.length; at++) {
    for (const reader of readers.get(ready[at]!) ?? []) {
      const left = waits.get(reader)! - 1;
      waits.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  const done = new Set(ready);
  return [...ready.map((id) => byId.get(id)!), ...sorted.filter(({ id }) => !done.has(id))];
}
