import type { Draft } from "immer";
import { mergeSubgraphs, subgraphsOf } from "../../shared/subgraph/merge.ts";
import { isBoundary } from "../../shared/subgraph/names.ts";
import { JsonError, parseJson } from "../../shared/workflow/json.ts";
import { validateWorkflow } from "../../shared/workflow/parse.ts";
import type { Graph, Point, Subgraph, Workflow, WorkflowNode } from "../../shared/workflow/workflow.ts";
import { writeJson } from "../../shared/workflow/writeJson.ts";
import { activeDocument, edit, select } from "./documents.ts";
import { freeId, rounded } from "./edits.ts";
import { refuseRecursion } from "./recursion.ts";

/**
 * The selected nodes, the links between them and the subgraphs that they stand for as text for the clipboard; empty
 * without a selection. With `incoming` also the links that come from other nodes, and of which type those are. The rim of
 * a subgraph belongs to its place and is left out.
 */
export function copyText(incoming = false): string {
  const active = activeDocument();
  const chosen = new Set(active?.selection);
  const nodes = active?.workflow.nodes.filter(({ id, type }) => chosen.has(id) && !isBoundary(type)) ?? [];
  if (active === undefined || nodes.length === 0) return "";
  const copied = new Set(nodes.map(({ id }) => id));
  const rim = new Set(active.workflow.nodes.filter(({ type }) => isBoundary(type)).map(({ id }) => id));
  const edges = active.workflow.edges.filter(({ from, to }) => {
    return copied.has(to[0]) && (copied.has(from[0]) || (incoming && !rim.has(from[0])));
  });
  const held = subgraphsOf(active.root, nodes);
  const text = { fairlead: 1, nodes, edges, ...(held.length > 0 ? { subgraphs: held } : {}) };
  const layout = { indent: 2, lineLevels: 2, deeper: { subgraphs: 4 } };
  if (!incoming) return writeJson(text, layout);
  const outside = new Set(edges.map(({ from }) => from[0]).filter((id) => !copied.has(id)));
  const others = active.workflow.nodes.filter(({ id }) => outside.has(id)).map(({ id, type }) => [id, type]);
  return writeJson({ ...text, sources: Object.fromEntries(others) }, layout);
}

/**
 * Adds nodes from clipboard text with fresh ids, moved by a step, and selects them; subgraphs come along. Links from
 * nodes that were not copied are made where this document has a node of that id and type. False if the text is something
 * else.
 */
export function pasteText(text: string, step: Point): boolean {
  const read = readPaste(text);
  const pasted = read && { ...read, nodes: read.nodes.filter(({ type }) => !isBoundary(type)) };
  if (!pasted || pasted.nodes.length === 0) return false;
  const active = activeDocument();
  const merged = mergeSubgraphs(active?.root.subgraphs ?? [], subgraphsOf(pasted, pasted.nodes));
  const nodes = pasted.nodes.map((node) => ({ ...node, type: merged.typeOf(node.type) }));
  const subgraphs = [...(active?.root.subgraphs ?? []), ...merged.added];
  const types = nodes.map(({ type }) => type);
  if (refuseRecursion(subgraphs, types)) return true;
  const offset = freeOffset(nodes, step);
  const ids = new Map<string, string>();
  edit(nodes.length === 1 ? "Paste node" : `Paste ${nodes.length} nodes`, (draft, document) => {
    if (merged.added.length > 0) document.subgraphs = subgraphs as Draft<Subgraph>[];
    for (const node of nodes) {
      const id = freeId(draft.nodes, node.type);
      ids.set(node.id, id);
      draft.nodes.push(moved(node, id, offset) as Draft<WorkflowNode>);
    }
    for (const edge of pasted.edges) {
      const via = edge.via?.map((point) => ({ x: point.x + offset.x, y: point.y + offset.y }));
      const [from, to] = [ids.get(edge.from[0]) ?? sourceOf(pasted, draft as Graph, edge.from[0]), ids.get(edge.to[0])];
      if (from && to) draft.edges.push({ from: [from, edge.from[1]], to: [to, edge.to[1]], ...(via ? { via } : {}) });
    }
  });
  select([...ids.values()]);
  return true;
}

/** A node of this document that a link from outside the copied ones can come from. */
function sourceOf({ sources }: Workflow, { nodes }: Graph, id: string): string | undefined {
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
