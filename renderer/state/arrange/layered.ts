import type { Point } from "../../../shared/workflow/workflow.ts";
import type { Size } from "../canvasView.ts";
import { type Cell, placeColumns, tie } from "./columns.ts";
import { components, rankNodes } from "./ranks.ts";

export interface LayoutNode extends Size {
  readonly id: string;
}

export interface LayoutLink {
  readonly from: string;
  readonly to: string;
  /** Names the port that it leaves: links from one port share their lanes. */
  readonly port: string;
  /** Pixels from the tops of the cards to the ports. */
  readonly fromY: number;
  readonly toY: number;
}

export interface Layered {
  readonly positions: ReadonlyMap<string, Point>;
  /** Reroute points by the link's place in the list, for links that pass by other cards. */
  readonly vias: readonly (readonly Point[])[];
}

const columnGap = 80;
const rowGap = 32;
const laneHeight = 8;
const partGap = 64;
/** How much more the lanes of one wire care to be level than its ends. */
const straight = 12;

/**
 * Lays a graph out in columns from left to right, from the origin: links go right, their lanes pass between the cards,
 * separate parts stand below each other, single nodes in a row at the bottom.
 */
export function layOutGraph(nodes: readonly LayoutNode[], links: readonly LayoutLink[]): Layered {
  const places = new Map(nodes.map(({ id }, index) => [id, index]));
  const arcs = links.map(({ from, to }) => ({ from: places.get(from) ?? 0, to: places.get(to) ?? 0 }));
  const parts = components(nodes.length, arcs);
  const positions = new Map<string, Point>();
  const vias: (readonly Point[])[] = links.map(() => []);
  let top = 0;
  for (const part of parts.filter(({ length }) => length > 1)) {
    const ids = new Set(part.map((index) => nodes[index]!.id));
    const own = links.flatMap((link, index) => (ids.has(link.from) ? [{ ...link, index }] : []));
    top =
      placePart(
        part.map((index) => nodes[index]!),
        own,
        top,
        positions,
        vias,
      ) + partGap;
  }
  let left = 0;
  for (const [single] of parts.filter(({ length }) => length === 1)) {
    const node = nodes[single!]!;
    positions.set(node.id, { x: left, y: top });
    left += node.width + rowGap;
  }
  return { positions, vias };
}

type OwnLink = LayoutLink & { readonly index: number };

/** Lays out one connected part below `top` and returns where it ends. */
function placePart(
  nodes: readonly LayoutNode[],
  links: readonly OwnLink[],
  top: number,
  positions: Map<string, Point>,
  vias: (readonly Point[])[],
): number {
  const places = new Map(nodes.map(({ id }, index) => [id, index]));
  const ranks = rankNodes(
    nodes.length,
    links.map(({ from, to }) => ({ from: places.get(from)!, to: places.get(to)! })),
  );
  const columns: Cell[][] = Array.from({ length: Math.max(...ranks) + 1 }, () => []);
  const cells = nodes.map(({ height }): Cell => ({ height, y: 0, left: [], right: [] }));
  for (const [index, cell] of cells.entries()) columns[ranks[index]!]!.push(cell);
  const lanes = new Map<string, Cell>();
  const passed = links.map((link) => {
    const [from, to] = [places.get(link.from)!, places.get(link.to)!];
    return route(link, [cells[from]!, ranks[from]!], [cells[to]!, ranks[to]!], lanes, columns);
  });
  placeColumns(columns, rowGap);
  const highest = Math.min(...columns.flat().map(({ y }) => y));
  const edges = columnEdges(columns, nodes, ranks);
  nodes.forEach(({ id, width }, index) => {
    const { left, right } = edges[ranks[index]!]!;
    // Cards of a column are flush on the side that wires enter; sources, with nothing there, on the other.
    const x = cells[index]!.left.length === 0 ? right - width : left;
    positions.set(id, { x, y: cells[index]!.y - highest + top });
  });
  links.forEach(({ index }, place) => {
    vias[index] = passed[place]!.flatMap(({ cell, rank }) => laneEnds(cell.y - highest + top, edges[rank]!));
  });
  return top + Math.max(...columns.flat().map(({ y, height }) => y + height)) - highest;
}

/** Ties a link's ends together through a lane in each column between; returns the lanes. */
function route(
  { from, port, fromY, toY }: OwnLink,
  [source, start]: readonly [Cell, number],
  [target, end]: readonly [Cell, number],
  lanes: Map<string, Cell>,
  columns: readonly Cell[][],
): readonly { readonly cell: Cell; readonly rank: number }[] {
  if (end <= start) return [];
  const passed: { cell: Cell; rank: number }[] = [];
  let [last, offset] = [source, fromY];
  for (let rank = start + 1; rank < end; rank++) {
    const key = `${from}\n${port}\n${rank}`;
    const known = lanes.get(key);
    const cell = known ?? { height: laneHeight, y: 0, left: [], right: [] };
    if (known === undefined) {
      lanes.set(key, cell);
      columns[rank]!.push(cell);
      tie(last, offset, cell, laneHeight / 2, rank > start + 1 ? straight : 1);
    }
    passed.push({ cell, rank });
    [last, offset] = [cell, laneHeight / 2];
  }
  tie(last, offset, target, toY);
  return passed;
}

interface ColumnEdges {
  readonly left: number;
  readonly right: number;
}

function columnEdges(
  columns: readonly Cell[][],
  nodes: readonly LayoutNode[],
  ranks: readonly number[],
): ColumnEdges[] {
  const widths = columns.map(() => 0);
  for (const [index, { width }] of nodes.entries()) widths[ranks[index]!] = Math.max(width, widths[ranks[index]!]!);
  let left = 0;
  return widths.map((width) => {
    const edges = { left, right: left + width };
    left += width + columnGap;
    return edges;
  });
}

function laneEnds(y: number, { left, right }: ColumnEdges): Point[] {
  const level = y + laneHeight / 2;
  return [
    { x: left, y: level },
    { x: right, y: level },
  ];
}
