import type { Draft } from "immer";
import { JsonError, parseJson } from "../../shared/workflow/json.ts";
import { validateWorkflow } from "../../shared/workflow/parse.ts";
import type { Point, Workflow, WorkflowNode } from "../../shared/workflow/workflow.ts";
import { writeJson } from "../../shared/workflow/writeJson.ts";
import { activeDocument, edit, select } from "./documents.ts";
import { freeId, rounded } from "./edits.ts";

/**
 * The selected nodes and the links between them as text for the clipboard; empty without a selection. With `incoming`
 * also the links that come from other nodes, and of which type those are.
 */
export function copyText(incoming = false): string {
  const active = activeDocument();
  if (!active || active.selection.length === 0) return "";
  const chosen = new Set(active.selection);
  const nodes = active.workflow.nodes.filter((node) => chosen.has(node.id));
  const edges = active.workflow.edges.filter(({ from, to }) => (incoming || chosen.has(from[0])) && chosen.has(to[0]));
  if (!incoming) return writeJson({ fairlead: 1, nodes, edges }, { indent: 2, lineLevels: 2 });
  const outside = new Set(edges.map(({ from }) => from[0]).filter((id) => !chosen.has(id)));
  const others = active.workflow.nodes.filter(({ id }) => outside.has(id)).map(({ id, type }) => [id, type]);
  return writeJson({ fairlead: 1, nodes, edges, sources: Object.fromEntries(others) }, { indent: 2, lineLevels: 2 });
}

/**
 * Adds nodes from clipboard text with fresh ids, moved by a step, and selects them. Links from nodes that were not
 * copied are made where this document has a node of that id and type. False if the text is something else.
 */
export function pasteText(text: string, step: Point): boolean {
  const pasted = readPaste(text);
  if (!pasted || pasted.nodes.length === 0) return false;
  const offset = freeOffset(pasted.nodes, step);
  const ids = new Map<string, string>();
  edit(pasted.nodes.length === 1 ? "Paste node" : `Paste ${pasted.nodes.length} nodes`, (draft) => {
    for (const node of pasted.nodes) {
      const id = freeId(draft.nodes, node.type);
      ids.set(node.id, id);
      draft.nodes.push(moved(node, id, offset) as Draft<WorkflowNode>);
    }
    for (const edge of pasted.edges) {
      const via = edge.via?.map((point) => ({ x: point.x + offset.x, y: point.y + offset.y }));
      const [from, to] = [
        ids.get(edge.from[0]) ?? sourceOf(pasted, draft as Workflow, edge.from[0]),
        ids.get(edge.to[0]),
      ];
      if (from && to) draft.edges.push({ from: [from, edge.from[1]], to: [to, edge.to[1]], ...(via ? { via } : {}) });
    }
  });
  select([...ids.values()]);
  return true;
}

/** A node of this document that a link from outside the copied ones can come from. */
function sourceOf({ sources }: Workflow, { nodes }: Workflow, id: string): string | undefined {
  const types = (sources ?? {}) as Readonly<Record<string, unknown>>;
  return nodes.find((node) => node.id === id && Object.hasOwn(types, id) && types[id] === node.type)?.id;
}

/** As many steps as it takes until no node lies exactly under a pasted one: pasting twice shows two copies. */
function freeOffset(nodes: readonly WorkflowNode[], step: Point): Point {
  const placeOf = ({ position: { x, y } = { x: 0, y: 0 } }: WorkflowNode, by: Point) => `${x + by.x} ${y + by.y}`;
  const taken = new Set(activeDocument()?.workflow.nodes.map((node) => placeOf(node, { x: 0, y: 0 })));
  let offset = step;
  const isMoving = step.x !== 0 || step.y !== 0;
  while (isMoving && nodes.some((node) => taken.has(placeOf(node, offset))))
    offset = { x: offset.x + step.x, y: offset.y + step.y };
  return offset;
}

function readPaste(text: string): Workflow | null {
  try {
    const parsed = validateWorkflow(parseJson(text));
    return "workflow" in parsed ? parsed.workflow : null;
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}

function moved(node: WorkflowNode, id: string, offset: Point): WorkflowNode {
  const { x, y } = node.position ?? { x: 0, y: 0 };
  return { ...node, id, position: rounded({ x: x + offset.x, y: y + offset.y }) };
}

/** Copies the selection beside itself; with `incoming` the copies read from what the originals read from. */
export function duplicate(incoming = false): void {
  pasteText(copyText(incoming), { x: 32, y: 32 });
}
