import type { Point, WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { categoryOf, groupOf } from "../../theme/categories.ts";
import type { CanvasEdge, CanvasNode, Catalog } from "../project.ts";
import { titleOf } from "../project.ts";
import { shapeOf } from "./shape.ts";

/** A rectangle in canvas pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface FarCard extends Box {
  readonly id: string;
  readonly node: WorkflowNode;
  readonly title: string;
  /** A CSS colour: that of the node, else of its category. */
  readonly hue: string;
  readonly isSelected: boolean;
  /** Muted or left out. */
  readonly isOff: boolean;
  /** Height of the middle of each port on the card, under "in name" or "out name". */
  readonly ports: ReadonlyMap<string, number>;
}

export interface FarWire {
  /** Place among the document's edges. */
  readonly index: number;
  /** Ids of the nodes at its ends. */
  readonly source: string;
  readonly target: string;
  /** From end to end, by its reroute points. */
  readonly points: readonly Point[];
  /** Name of a colour token. */
  readonly colour: string;
  readonly isSelected: boolean;
  readonly isIdle: boolean;
}

export interface FarFrame extends Box {
  /** Of its node on the canvas. */
  readonly id: string;
  readonly title: string;
  readonly colour: string | undefined;
}

/** Everything that is drawn of a graph from afar. */
export interface Scene {
  readonly frames: readonly FarFrame[];
  readonly cards: readonly FarCard[];
  readonly wires: readonly FarWire[];
}

/** The scene of a graph as React Flow has it, positions of a drag included. */
export function sceneOf(nodes: readonly CanvasNode[], edges: readonly CanvasEdge[], catalog: Catalog): Scene {
  const frames: FarFrame[] = [];
  const cards: FarCard[] = [];
  const byId = new Map<string, FarCard>();
  for (const node of nodes) {
    if (node.type === "frame") {
      const { group } = (node as Extract<CanvasNode, { type?: "frame" }>).data;
      frames.push({
        id: node.id,
        ...node.position,
        width: group.width,
        height: group.height,
        title: group.title,
        colour: group.color,
      });
      continue;
    }
    const { data, selected = false, position, measured, handles } = node as Exclude<CanvasNode, { type?: "frame" }>;
    const shape = shapeOf(data.node, catalog.get(data.node.type));
    const { width = shape.width, height = shape.height } = measured ?? {};
    const ports = new Map(
      handles?.map(({ id = "", type, y, height: high = 0 }) => [
        `${type === "source" ? "out" : "in"} ${id}`,
        y + high / 2,
      ]),
    );
    const card = {
      id: node.id,
      node: data.node,
      title: titleOf(data.node, catalog),
      hue: data.node.color ?? categoryOf(catalog.has(data.node.type) ? groupOf(data.node.type) : "missing").hue,
      isSelected: selected,
      isOff: data.isOff,
      ports: ports.size > 0 ? ports : shape.ports,
      ...{ x: position.x, y: position.y, width, height },
    };
    cards.push(card);
    byId.set(node.id, card);
  }
  const end = (id: string, side: "in" | "out", port: string): Point | null => {
    const card = byId.get(id);
    return card === undefined ? null : portPlace(card, side, port);
  };
  const wires = edges.flatMap(({ source, target, data, selected = false }): FarWire[] => {
    if (data === undefined) return [];
    const { edge, index, wire, isIdle } = data;
    const [from, to] = [end(source, "out", edge.from[1]), end(target, "in", edge.to[1])];
    if (from === null || to === null) return [];
    const points = [from, ...(edge.via ?? []), to];
    const colour = wire === null ? "--warn" : `--wire-${wire}`;
    return [{ index, source, target, points, colour, isSelected: selected, isIdle }];
  });
  return { frames, cards, wires };
}

/** Where a port of a card is; a port that it does not have, in the middle of the side. */
export function portPlace(card: FarCard, side: "in" | "out", port: string): Point {
  const y = card.ports.get(`${side} ${port}`) ?? card.height / 2;
  return { x: side === "out" ? card.x + card.width : card.x, y: card.y + Math.min(y, card.height) };
}

/** The smallest rectangle around some; null for none. */
export function boundsOf(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const left = Math.min(...boxes.map(({ x }) => x));
  const upper = Math.min(...boxes.map(({ y }) => y));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const lower = Math.max(...boxes.map(({ y, height }) => y + height));
  return { x: left, y: upper, width: right - left, height: lower - upper };
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
