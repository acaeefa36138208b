import type { Draft } from "immer";
import type { Graph, Point, WorkflowGroup, WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { type CanvasView, type Size, useView } from "../canvasView.ts";
import { activeDocument, edit } from "../documents.ts";
import { selectedNodes } from "../looks.ts";
import { align, type Box, distribute, type Side } from "./align.ts";
import { membersOf } from "./frames.ts";
import { type Layered, type LayoutLink, layOutGraph } from "./layered.ts";

const unmeasured: Size = { width: 208, height: 120 };
const unknownPort = 50;
const grid = 8;

function boxesOf(nodes: readonly WorkflowNode[], canvas: CanvasView | null): Box[] {
  const sizes = canvas?.sizes();
  return nodes.map(({ id, position: { x, y } = { x: 0, y: 0 } }) => ({ id, x, y, ...(sizes?.get(id) ?? unmeasured) }));
}

function move(label: string, places: ReadonlyMap<string, Point>): void {
  edit(label, (draft) => place(draft, places));
}

/** Gives nodes new places; pinned ones stay where they are. */
function place(draft: Draft<Graph>, places: ReadonlyMap<string, Point>): void {
  for (const node of draft.nodes) {
    const to = places.get(node.id);
    if (to === undefined || node.pinned === true) continue;
    const [x, y] = [Math.round(to.x), Math.round(to.y)];
    if (node.position?.x !== x || node.position.y !== y) node.position = { x, y };
  }
}

/** Aligns the selected nodes. */
export function alignSelected(side: Side): void {
  move("Align", align(boxesOf(selectedNodes(), useView.getState().canvas), side));
}

/** Gives the selected nodes equal gaps. */
export function distributeSelected(axis: "x" | "y"): void {
  move("Distribute", distribute(boxesOf(selectedNodes(), useView.getState().canvas), axis));
}

/** Lays out the selected nodes, or all if fewer than two are selected; pinned nodes stay. Frames follow what is in them. */
export function autoLayout(): void {
  const workflow = activeDocument()?.workflow;
  if (workflow === undefined) return;
  const { canvas } = useView.getState();
  const chosen = selectedNodes().length > 1 ? selectedNodes() : workflow.nodes;
  const boxes = boxesOf(
    chosen.filter(({ pinned }) => pinned !== true),
    canvas,
  );
  if (boxes.length === 0) return;
  const ids = new Set(boxes.map(({ id }) => id));
  const inner = workflow.edges.flatMap((edge, index) =>
    ids.has(edge.from[0]) && ids.has(edge.to[0]) ? [{ edge, index }] : [],
  );
  const sorted = [...boxes].sort((a, b) => a.y - b.y);
  const result = layOutGraph(
    sorted,
    inner.map(
      ({ edge: { from, to } }): LayoutLink => ({
        from: from[0],
        to: to[0],
        port: from[1],
        fromY: canvas?.portHeight(from[0], "out", from[1]) ?? unknownPort,
        toY: canvas?.portHeight(to[0], "in", to[1]) ?? unknownPort,
      }),
    ),
  );
  apply(
    boxes,
    result,
    inner.map(({ index }) => index),
  );
}

/** Takes over a layout, its corner where that of the nodes was. */
function apply(boxes: readonly Box[], { positions, vias }: Layered, edges: readonly number[]): void {
  const corner = { x: Math.min(...boxes.map(({ x }) => x)), y: Math.min(...boxes.map(({ y }) => y)) };
  const onCanvas = ({ x, y }: Point): Point => ({ x: snapped(corner.x + x), y: snapped(corner.y + y) });
  const places = new Map([...positions].map(([id, point]) => [id, onCanvas(point)]));
  const sizes = new Map(boxes.map((box) => [box.id, box]));
  edit("Auto layout", (draft) => {
    const members = new Map(draft.groups?.map((group) => [group.id, membersOf(draft as Graph, group)]));
    place(draft, places);
    edges.forEach((edge, index) => {
      const via = withoutRepeats(vias[index]!.map(onCanvas));
      if (via.length > 0) draft.edges[edge]!.via = via;
      else delete draft.edges[edge]!.via;
    });
    for (const group of draft.groups ?? []) fitFrame(group, draft as Graph, members.get(group.id) ?? [], sizes);
  });
}

function snapped(value: number): number {
  return Math.round(value / grid) * grid;
}

/** Of points in a level row only the outermost. */
function withoutRepeats(points: readonly Point[]): Point[] {
  return points.filter(({ y }, index) => points[index - 1]?.y !== y || points[index + 1]?.y !== y);
}

const frameMargin = 24;
const frameHead = 40;

function fitFrame(
  group: Draft<WorkflowGroup>,
  { nodes }: Graph,
  members: readonly string[],
  sizes: ReadonlyMap<string, Size>,
): void {
  const inside = nodes.filter(({ id }) => members.includes(id) && sizes.has(id));
  if (inside.length === 0) return;
  const boxes = inside.map(({ id, position }) => ({ ...position!, ...sizeOf(sizes.get(id)!) }));
  group.x = Math.min(...boxes.map(({ x }) => x)) - frameMargin;
  group.y = Math.min(...boxes.map(({ y }) => y)) - frameHead;
  group.width = Math.max(...boxes.map(({ x, width }) => x + width)) + frameMargin - group.x;
  group.height = Math.max(...boxes.map(({ y, height }) => y + height)) + frameMargin - group.y;
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}
