import type { Draft } from "immer";
import { labelOf } from "../../shared/node/names.ts";
import type { ParamValue } from "../../shared/node/params.ts";
import { JsonError, parseJson } from "../../shared/workflow/json.ts";
import { validateWorkflow } from "../../shared/workflow/parse.ts";
import type { End, Point, Workflow, WorkflowNode } from "../../shared/workflow/workflow.ts";
import { writeJson } from "../../shared/workflow/writeJson.ts";
import { catalogByType } from "./catalog.ts";
import { canTake, placeOf } from "./connect.ts";
import { activeDocument, edit, select } from "./documents.ts";

/** A free id like the type's last word: sample, sample-2, … */
function freeId(nodes: readonly { readonly id: string }[], type: string): string {
  const base = type.split("/").pop() || "node";
  const taken = new Set(nodes.map((node) => node.id));
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}

function rounded({ x, y }: Point): Point {
  return { x: Math.round(x), y: Math.round(y) };
}

/** Adds a node and selects it; returns its id. With `link`, the new node arrives connected. */
export function addNode(
  type: string,
  position: Point,
  params: Record<string, ParamValue> = {},
  link?: { end: End; side: "in" | "out"; port: string },
): string {
  const workflow = activeDocument()?.workflow;
  if (!workflow) return "";
  const id = freeId(workflow.nodes, type);
  const title = catalogByType.get(type)?.title ?? type;
  edit(
    `Add ${title}`,
    (draft) => {
      draft.nodes.push({ id, type, params: params as Draft<Record<string, ParamValue>>, position: rounded(position) });
      if (!link) return;
      if (link.side === "out") addEdge(draft, link.end, [id, link.port]);
      else addEdge(draft, [id, link.port], link.end);
    },
    { merge: addingOf(id) },
  );
  select([id]);
  return id;
}

/** Key of the step that added a node: what belongs to the same gesture joins it. */
export function addingOf(id: string): string {
  return `add ${id}`;
}

function addEdge(draft: Draft<Workflow>, from: End, to: End): void {
  const target = draft.nodes.find((node) => node.id === to[0]);
  const isList = placeOf(target && catalogByType.get(target.type), to[1])?.many ?? false;
  if (!isList) draft.edges = draft.edges.filter((edge) => edge.to[0] !== to[0] || edge.to[1] !== to[1]);
  draft.edges.push({ from: [...from], to: [...to] });
}

/** Makes a link; a single input gives up the one it had. Check `refuse` first. */
export function connect(from: End, to: End): void {
  edit("Connect", (draft) => addEdge(draft, from, to));
}

export function disconnect(index: number): void {
  edit("Remove link", (draft) => {
    draft.edges.splice(index, 1);
  });
}

/** Removes nodes with their links; of a node with exactly one way through, the link is kept. */
export function removeNodes(ids: readonly string[]): void {
  const gone = new Set(ids);
  const label = ids.length === 1 ? "Delete node" : `Delete ${ids.length} nodes`;
  edit(label, (draft) => {
    for (const id of ids) bridgeOver(draft, id);
    draft.nodes = draft.nodes.filter((node) => !gone.has(node.id));
    draft.edges = draft.edges.filter((edge) => !gone.has(edge.from[0]) && !gone.has(edge.to[0]));
  });
  select([]);
}

/** Leads each reader of a node to what comes in, where exactly one of the node's links fits there. */
function bridgeOver(draft: Draft<Workflow>, id: string): void {
  const kindOf = (end: End) => catalogByType.get(draft.nodes.find((node) => node.id === end[0])?.type ?? "");
  const incoming = draft.edges.filter((edge) => edge.to[0] === id);
  for (const edge of draft.edges) {
    if (edge.from[0] !== id) continue;
    const fitting = incoming.filter(({ from }) => {
      const wire = kindOf(from as End)?.outputs[from[1]]?.wire;
      return wire !== undefined && canTake(kindOf(edge.to as End), edge.to[1], wire);
    });
    if (fitting.length === 1 && fitting[0]) edge.from = [...fitting[0].from];
  }
}

/** Deletes what is selected: nodes, or a link. */
export function removeSelection(): void {
  const active = activeDocument();
  if (!active) return;
  if (active.selectedEdge !== null) disconnect(active.selectedEdge);
  else if (active.selection.length > 0) removeNodes(active.selection);
}

/** Moves nodes to new places, as one step for one gesture. */
export function moveNodes(positions: ReadonlyMap<string, Point>, gesture: string): void {
  edit(
    positions.size === 1 ? "Move node" : `Move ${positions.size} nodes`,
    (draft) => {
      const shifts = new Map<string, Point>();
      for (const node of draft.nodes) {
        const position = positions.get(node.id);
        if (!position) continue;
        const { x, y } = node.position ?? position;
        node.position = rounded(position);
        shifts.set(node.id, { x: node.position.x - x, y: node.position.y - y });
      }
      moveVias(draft, shifts);
    },
    { merge: gesture },
  );
}

/** Reroute points go with nodes that move both ends of their link alike. */
export function moveVias(draft: Draft<Workflow>, shifts: ReadonlyMap<string, Point>): void {
  for (const { from, to, via } of draft.edges) {
    const [start, end] = [shifts.get(from[0]), shifts.get(to[0])];
    if (via === undefined || start === undefined || end?.x !== start.x || end.y !== start.y) continue;
    for (const point of via) {
      point.x += start.x;
      point.y += start.y;
    }
  }
}

/** Sets a parameter; changes with one gesture are one step. */
export function setParam(id: string, name: string, value: ParamValue, gesture: string): void {
  const type = activeDocument()?.workflow.nodes.find((one) => one.id === id)?.type ?? "";
  edit(
    `Change ${labelOf(name, catalogByType.get(type)?.params[name])}`,
    (draft) => {
      const node = draft.nodes.find((one) => one.id === id);
      if (node) node.params[name] = value as Draft<ParamValue>;
    },
    { merge: `${id}.${name}.${gesture}` },
  );
}

export function setTitle(id: string, title: string): void {
  edit("Rename node", (draft) => {
    const node = draft.nodes.find((one) => one.id === id);
    if (!node) return;
    if (title.trim() === "") delete node.title;
    else node.title = title.trim();
  });
}

/** Moves a reroute point of a link. */
export function moveVia(edgeIndex: number, pointIndex: number, position: Point, gesture: string): void {
  edit(
    "Move reroute",
    (draft) => {
      const via = draft.edges[edgeIndex]?.via;
      if (via?.[pointIndex]) via[pointIndex] = rounded(position);
    },
    { merge: gesture },
  );
}

/** Adds a reroute point to a link at a place in its order. */
export function addVia(edgeIndex: number, at: number, position: Point): void {
  edit("Add reroute", (draft) => {
    const edge = draft.edges[edgeIndex];
    if (!edge) return;
    edge.via ??= [];
    edge.via.splice(at, 0, rounded(position));
  });
}

export function removeVia(edgeIndex: number, pointIndex: number): void {
  edit("Remove reroute", (draft) => {
    const edge = draft.edges[edgeIndex];
    edge?.via?.splice(pointIndex, 1);
    if (edge?.via?.length === 0) delete edge.via;
  });
}

/** The selected nodes and the links between them as text for the clipboard; empty without a selection. */
export function copyText(): string {
  const active = activeDocument();
  if (!active || active.selection.length === 0) return "";
  const chosen = new Set(active.selection);
  const nodes = active.workflow.nodes.filter((node) => chosen.has(node.id));
  const edges = active.workflow.edges.filter((edge) => chosen.has(edge.from[0]) && chosen.has(edge.to[0]));
  return writeJson({ fairlead: 1, nodes, edges }, { indent: 2, lineLevels: 2 });
}

/** Adds nodes from clipboard text with fresh ids, moved by a step, and selects them. False if the text is something else. */
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
      const [from, to] = [ids.get(edge.from[0]), ids.get(edge.to[0])];
      if (from && to) draft.edges.push({ from: [from, edge.from[1]], to: [to, edge.to[1]], ...(via ? { via } : {}) });
    }
  });
  select([...ids.values()]);
  return true;
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

/** Copies the selection beside itself. */
export function duplicate(): void {
  pasteText(copyText(), { x: 32, y: 32 });
}

export function selectAll(): void {
  const active = activeDocument();
  if (active) select(active.workflow.nodes.map((node) => node.id));
}
