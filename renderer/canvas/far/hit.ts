import type { Point } from "../../../shared/workflow/workflow.ts";
import { distanceToWire } from "../wire/geometry.ts";
import { type Box, type FarCard, type FarFrame, type FarWire, overlaps, portPlace, type Scene } from "./scene.ts";

/** The card at a place on the canvas; the one drawn last where they overlap. */
export function cardAt({ cards }: Scene, { x, y }: Point): FarCard | null {
  return cards.findLast((card) => overlaps(card, { x, y, width: 0, height: 0 })) ?? null;
}

/** The frame whose title is at a place; `height` of titles in canvas pixels. */
export function titleAt({ frames }: Scene, { x, y }: Point, height: number): FarFrame | null {
  const isThere = (frame: FarFrame) => overlaps({ ...frame, height }, { x, y, width: 0, height: 0 });
  return frames.findLast(isThere) ?? null;
}

/** A port of a card in a scene. */
export interface FarPort {
  readonly node: string;
  readonly side: "in" | "out";
  readonly port: string;
  readonly place: Point;
}

/** The ports of a card, from the nearest to a place to the farthest. */
export function portsBy(card: FarCard, { x, y }: Point): FarPort[] {
  const distance = ({ place }: FarPort) => Math.hypot(place.x - x, place.y - y);
  return [...card.ports.keys()]
    .map((key): FarPort => {
      const [side, port] = key.split(" ") as ["in" | "out", string];
      return { node: card.id, side, port, place: portPlace(card, side, port) };
    })
    .sort((a, b) => distance(a) - distance(b));
}

/** The port nearest to a place, within `reach` canvas pixels. */
export function portAt({ cards }: Scene, point: Point, reach: number): FarPort | null {
  const around = { x: point.x - reach, y: point.y - reach, width: 2 * reach, height: 2 * reach };
  const near = cards.filter((card) => overlaps(card, around)).flatMap((card) => portsBy(card, point).slice(0, 1));
  const within = near.filter(({ place }) => Math.hypot(place.x - point.x, place.y - point.y) <= reach);
  return within.at(-1) ?? null;
}

/** The wire that passes closest to a place, within `reach` canvas pixels. */
export function wireAt({ wires }: Scene, point: Point, reach: number): FarWire | null {
  let best: FarWire | null = null;
  let least = reach;
  for (const wire of wires) {
    if (!isNear(wire, point, reach)) continue;
    const distance = distanceToWire(point, wire.points);
    if (distance > least) continue;
    least = distance;
    best = wire;
  }
  return best;
}

/** Whether a wire can pass near a place at all: tangents reach at most so far beyond its points, unless it runs back. */
function isNear({ points }: FarWire, { x, y }: Point, reach: number): boolean {
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const width = Math.max(...xs) - Math.min(...xs);
  const beside = reach + 60 + 0.25 * width;
  return (
    x >= Math.min(...xs) - beside &&
    x <= Math.max(...xs) + beside &&
    y >= Math.min(...ys) - reach &&
    y <= Math.max(...ys) + reach
  );
}

/** Ids of the cards that a rectangle touches. */
export function cardsIn({ cards }: Scene, box: Box): readonly string[] {
  return cards.filter((card) => overlaps(card, box)).map(({ id }) => id);
}

/** The rectangle between two places. */
export function boxBetween(a: Point, b: Point): Box {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { x, y, width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

type Direction = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

const directions: Readonly<Record<Direction, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The unit step of an arrow key; null for other keys. */
export function directionOf(key: string): Point | null {
  return key in directions ? directions[key as Direction] : null;
}

/** The nearest card in a direction from another one: what lies aside counts double. Null where there is none. */
export function neighbour({ cards }: Scene, from: FarCard, direction: Point): FarCard | null {
  const middle = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 });
  const start = middle(from);
  let best: FarCard | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const card of cards) {
    const { x, y } = middle(card);
    const ahead = (x - start.x) * direction.x + (y - start.y) * direction.y;
    const aside = Math.abs((x - start.x) * direction.y) + Math.abs((y - start.y) * direction.x);
    if (card.id === from.id || ahead <= 0 || ahead + 2 * aside >= least) continue;
    least = ahead + 2 * aside;
    best = card;
  }
  return best;
}
