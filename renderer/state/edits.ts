import type { Draft } from "immer";
import { labelOf } from "../../shared/node/names.ts";
import type { ParamValue } from "../../shared/node/params.ts";
import { subgraphsOf } from "../../shared/subgraph/merge.ts";
import { subgraphOf } from "../../shared/subgraph/names.ts";
import { countUses } from "../../shared/subgraph/paths.ts";
import type { End, Graph, Point, Workflow } from "../../shared/workflow/workflow.ts";
import { catalogByType } from "./catalog.ts";
import { canTake, placeOf } from "./connect.ts";
import { activeDocument, edit, select } from "./documents.ts";
import { refuseRecursion } from "./recursion.ts";

/** A free id like the type's last word: sample, sample-2, … */
export function freeId(nodes: readonly { readonly id: string }[], type: string): string {
  const base = type.split("/").pop() || "node";
  const taken = new Set(nodes.map((node) => node.id));
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}

export function rounded({ x, y }: Point): Point {
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
  if (!workflow || refuseRecursion(workflow.subgraphs ?? [], [type])) return "";
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

function addEdge(draft: Draft<Graph>, from: End, to: End): void {
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
  edit(label, (draft, document) => {
    const removed = draft.nodes.filter((node) => gone.has(node.id));
    for (const id of ids) bridgeOver(draft, id);
    draft.nodes = draft.nodes.filter((node) => !gone.has(node.id));
    draft.edges = draft.edges.filter((edge) => !gone.has(edge.from[0]) && !gone.has(edge.to[0]));
    dropUnused(
      document,
      removed.map(({ type }) => type),
    );
  });
  select([]);
}

/** Takes out the subgraphs that nodes of some types stood for, and those inside, where no node stands for them now. */
export function dropUnused(document: Draft<Workflow>, types: readonly string[]): void {
  const whole = document as Workflow;
  if (whole.subgraphs === undefined) return;
  const before = subgraphsOf(
    whole,
    types.map((type) => ({ id: "", type, params: {} })),
  );
  const used = new Set(subgraphsOf(whole, whole.nodes));
  const unused = new Set(before.filter((one) => !used.has(one)).map(({ id }) => id));
  if (unused.size === 0) return;
  document.subgraphs = document.subgraphs?.filter(({ id }) => !unused.has(id)) ?? [];
  if (document.subgraphs.length === 0) delete document.subgraphs;
}

/** Leads each reader of a node to what comes in, where exactly one of the node's links fits there. */
function bridgeOver(draft: Draft<Graph>, id: string): void {
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
export function moveVias(draft: Draft<Graph>, shifts: ReadonlyMap<string, Point>): void {
  for (const { from, to, via } of draft.edges) {
    const [start, end] = [shifts.get(from[0]), shifts.get(to[0])];
    if (via === undefined || start === undefined || end?.x !== start.x || end.y !== start.y) continue;
    for (const point of via) {
      point.x += start.x;
      point.y += start.y;
    }
  }
}

/** Sets a parameter of several nodes; changes with one gesture are one step. */
export function setParams(ids: readonly string[], name: string, value: ParamValue, gesture: string): void {
  const chosen = new Set(ids);
  edit(
    `Change ${labelOf(name, undefined)} of ${ids.length} nodes`,
    (draft) => {
      for (const node of draft.nodes) if (chosen.has(node.id)) node.params[name] = value as Draft<ParamValue>;
    },
    { merge: `${ids.join()}.${name}.${gesture}` },
  );
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
  edit("Rename node", (draft, document) => {
    const node = draft.nodes.find((one) => one.id === id);
    if (!node) return;
    const subgraph = subgraphOf(document, node.type);
    // Where nothing else stands for a subgraph, the title of its node is its name.
    if (subgraph && node.title === undefined && countUses(document as Workflow, subgraph.id) === 1) {
      subgraph.name = title.trim() || subgraph.name;
      return;
    }
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

export function selectAll(): void {
  const active = activeDocument();
  if (active) select(active.workflow.nodes.map((node) => node.id));
}
