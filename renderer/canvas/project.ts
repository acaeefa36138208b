import { type Edge, type Node, type NodeProps, Position } from "reactflow";
import type { NodeDescription } from "../../shared/node/describe.ts";
import type { WireType } from "../../shared/node/wires.ts";
import { isBoundary, subgraphIdOf } from "../../shared/subgraph/names.ts";
import { passes, withModes } from "../../shared/workflow/modes.ts";
import type { Workflow, WorkflowEdge, WorkflowGroup, WorkflowNode } from "../../shared/workflow/workflow.ts";
import { shapeOf } from "./far/shape.ts";

export type Catalog = ReadonlyMap<string, NodeDescription>;

export interface CardData extends Record<string, unknown> {
  readonly node: WorkflowNode;
  /** Title of the node that feeds each connected input or parameter. */
  readonly wired: Readonly<Record<string, string>>;
  /** Outputs that something reads. */
  readonly read: readonly string[];
  /** What the node is, where the document itself says so: a subgraph, or the rim of the open one. */
  readonly kind?: NodeDescription | undefined;
  /** Left out of runs, because it is muted or needs a node that is. */
  readonly isOff: boolean;
}

export interface FrameData extends Record<string, unknown> {
  readonly group: WorkflowGroup;
}

export interface WireData extends Record<string, unknown> {
  readonly edge: WorkflowEdge;
  /** Place among the document's edges. */
  readonly index: number;
  readonly wire: WireType | null;
  /** Carries nothing in a run: one of its ends is left out or does not pass it on. */
  readonly isIdle: boolean;
}

export type CardNode = Node<CardData, "card" | "note">;
export type FrameNode = Node<FrameData, "frame">;
export type CanvasNode = CardNode | FrameNode;
export type CanvasEdge = Edge<WireData, "wire">;

/** What a card is drawn from. Its place is none of it: React Flow moves the element around it. */
export type CardProps = Pick<NodeProps<CardNode>, "data" | "selected">;

/** Whether a card would look the same as before. */
export function sameCard(a: CardProps, b: CardProps): boolean {
  return a.data === b.data && a.selected === b.selected;
}

/** Title of a node as people see it. */
export function titleOf(node: WorkflowNode, catalog: Catalog): string {
  return node.title ?? catalog.get(node.type)?.title ?? node.type;
}

/** Id of a frame on the canvas; node ids never look like it. */
export function frameId(group: WorkflowGroup): string {
  return `frame:${group.id}`;
}

/** From so many nodes on, only those in sight are drawn, and from afar all on one layer. */
export const many = 60;

/** Size of a node in canvas pixels: as it was measured, or as it will about be. */
export function sizeOf({ measured, width, height }: CanvasNode): { readonly width: number; readonly height: number } {
  return { width: measured?.width ?? width ?? 208, height: measured?.height ?? height ?? 96 };
}

/**
 * What React Flow has to know of a card that is not drawn: it draws all others first, to measure them. In a large graph
 * nobody waits for that.
 */
function unseen(node: WorkflowNode, catalog: Catalog): Pick<CanvasNode, "measured" | "handles"> {
  const { width, height, ports } = shapeOf(node, catalog.get(node.type));
  const handles = [...ports].map(([key, y]) => {
    const [side, id] = key.split(" ") as ["in" | "out", string];
    const place = { x: side === "in" ? -5 : width - 5, y: y - 5, width: 10, height: 10 };
    const position = side === "in" ? Position.Left : Position.Right;
    return { id, type: side === "in" ? ("target" as const) : ("source" as const), position, ...place };
  });
  return { measured: { width, height }, handles };
}

/** The nodes to draw: frames first, so that they are behind. What did not change is the same object as before. */
export function projectNodes(
  workflow: Workflow,
  selection: readonly string[],
  catalog: Catalog,
  before: readonly CanvasNode[],
): CanvasNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const chosen = new Set(selection);
  const links = linksOf(workflow, catalog);
  const { off } = withModes(workflow, catalog);
  const isLarge = workflow.nodes.length + (workflow.groups?.length ?? 0) > many;
  const frames = (workflow.groups ?? []).map((group) => projectFrame(group, known.get(frameId(group))));
  const cards = workflow.nodes.map((node) => {
    const { wired = {}, read = [] } = links.get(node.id) ?? {};
    const before = known.get(node.id) ?? (isLarge ? unseen(node, catalog) : undefined);
    const isOwn = subgraphIdOf(node.type) !== null || isBoundary(node.type);
    const data = { node, wired, read, isOff: off.has(node.id), ...(isOwn ? { kind: catalog.get(node.type) } : {}) };
    return projectCard(data, chosen.has(node.id), before);
  });
  return [...frames, ...cards];
}

function projectCard(data: CardData, selected: boolean, before: Partial<CanvasNode> | undefined): CanvasNode {
  const { node } = data;
  const old = before?.type === "frame" ? undefined : (before as CardNode | undefined);
  const isSame =
    old?.data !== undefined &&
    old.data.node === node &&
    old.data.kind === data.kind &&
    old.data.isOff === data.isOff &&
    sameLinks(old.data, data);
  if (isSame && old.selected === selected && old.position === positionOf(node)) return old;
  const type = node.type === "view/note" ? ("note" as const) : ("card" as const);
  const fixed = { draggable: node.pinned !== true };
  return { ...old, ...fixed, id: node.id, type, position: positionOf(node), selected, data: isSame ? old.data : data };
}

const corner = { x: 0, y: 0 };

function positionOf(node: WorkflowNode) {
  return node.position ?? corner;
}

function projectFrame(group: WorkflowGroup, before: CanvasNode | undefined): CanvasNode {
  const old = before as FrameNode | undefined;
  const { x, y, width, height } = group;
  if (old?.data.group === group && old.position.x === x && old.position.y === y) return old;
  const fixed = { selectable: false, focusable: false, zIndex: -1, dragHandle: ".frame-title", style: through };
  return { ...old, ...fixed, id: frameId(group), type: "frame", position: { x, y }, width, height, data: { group } };
}

/** Presses inside a frame are for what is behind it; its title takes its own. */
const through = { pointerEvents: "none" as const };

function sameLinks(a: CardData, b: CardData): boolean {
  const names = Object.keys(b.wired);
  return (
    names.length === Object.keys(a.wired).length &&
    names.every((name) => a.wired[name] === b.wired[name]) &&
    a.read.length === b.read.length &&
    a.read.every((name, index) => name === b.read[index])
  );
}

interface Links {
  readonly wired: Record<string, string>;
  readonly read: string[];
}

function linksOf(workflow: Workflow, catalog: Catalog): ReadonlyMap<string, Links> {
  const links = new Map<string, Links>(workflow.nodes.map(({ id }) => [id, { wired: {}, read: [] }]));
  const titles = new Map(workflow.nodes.map((node) => [node.id, titleOf(node, catalog)]));
  for (const { from, to } of workflow.edges) {
    const source = links.get(from[0]);
    if (source !== undefined && !source.read.includes(from[1])) source.read.push(from[1]);
    const target = links.get(to[0]);
    if (target !== undefined) target.wired[to[1]] = titles.get(from[0]) ?? from[0];
  }
  return links;
}

/** The wires to draw. What did not change is the same object as before. */
export function projectEdges(
  workflow: Workflow,
  selected: number | null,
  catalog: Catalog,
  before: readonly CanvasEdge[],
): CanvasEdge[] {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const { off } = withModes(workflow, catalog);
  const known = new Map(before.map((edge) => [edge.id, edge]));
  const seen = new Map<string, number>();
  return workflow.edges.map((edge, index) => {
    const key = `${edge.from.join(".")}>${edge.to.join(".")}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    const id = count === 0 ? key : `${key}#${count}`;
    const isSelected = index === selected;
    const old = known.get(id);
    const isIdle = off.has(edge.from[0]) || off.has(edge.to[0]) || endsInBypass(nodes.get(edge.to[0]), edge, catalog);
    const isSame = old?.data?.edge === edge && old.data.index === index && old.data.isIdle === isIdle;
    if (isSame && old.selected === isSelected) return old;
    const wire = catalog.get(nodes.get(edge.from[0])?.type ?? "")?.outputs[edge.from[1]]?.wire ?? null;
    const [source, sourceHandle] = edge.from;
    const [target, targetHandle] = edge.to;
    const ends = { source, sourceHandle, target, targetHandle };
    return { id, type: "wire", ...ends, selected: isSelected, data: { edge, index, wire, isIdle } };
  });
}

/** Whether a link ends on an input that its bypassed node does not pass on. */
function endsInBypass(target: WorkflowNode | undefined, { to }: WorkflowEdge, catalog: Catalog): boolean {
  const kind = catalog.get(target?.type ?? "");
  return target?.mode === "bypass" && kind !== undefined && !Object.values(passes(kind)).includes(to[1]);
}
