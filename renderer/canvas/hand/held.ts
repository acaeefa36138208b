import type { Point } from "../../../shared/workflow/workflow.ts";
import { pathPoints, wirePath } from "../wire/geometry.ts";

interface HeldWire {
  /** From end to end as it was when it was taken. */
  readonly points: readonly Point[];
  readonly isMoved: (place: number) => boolean;
}

/**
 * Cards in the hand, with the wires to them, as elements of the page: they are moved past React, so that a frame of a
 * drag renders nothing. What is written is what React writes when the document says the same.
 */
export class Held {
  readonly #canvas: HTMLElement;
  readonly #start: ReadonlyMap<string, Point>;
  readonly #cards = new Map<HTMLElement, Point>();
  readonly #wires = new Map<SVGGElement, HeldWire>();

  /** @param start places of the nodes, by id */
  constructor(canvas: HTMLElement, start: ReadonlyMap<string, Point>) {
    this.#canvas = canvas;
    this.#start = start;
    canvas.dataset.holding = "";
    this.take({ x: 0, y: 0 });
  }

  /** Ids of the nodes that have a card on the page. */
  get shown(): ReadonlySet<string> {
    return new Set([...this.#cards.keys()].map(({ dataset }) => dataset.id ?? ""));
  }

  /** Takes what came onto the page since, drawn so far from where it was at the start. */
  take(offset: Point): void {
    for (const card of this.#canvas.querySelectorAll<HTMLElement>(".react-flow__node")) {
      const start = this.#start.get(card.dataset.id ?? "");
      if (start === undefined) continue;
      card.dataset.held = "";
      this.#cards.set(card, start);
    }
    for (const wire of this.#canvas.querySelectorAll<SVGGElement>("[data-wire]"))
      if (!this.#wires.has(wire)) this.#takeWire(wire, offset);
  }

  #takeWire(wire: SVGGElement, { x, y }: Point): void {
    const [from, to] = [this.#start.has(wire.dataset.from ?? ""), this.#start.has(wire.dataset.to ?? "")];
    if (!from && !to) return;
    const points = pathPoints(wire.querySelector("path")?.getAttribute("d") ?? "");
    const last = points.length - 1;
    const isMoved = (place: number) => (place === 0 ? from : place === last ? to : from && to);
    const back = points.map((point, place) => (isMoved(place) ? { x: point.x - x, y: point.y - y } : point));
    this.#wires.set(wire, { points: back, isMoved });
  }

  /** Shows everything so far from where it was at the start, in canvas pixels. */
  move({ x, y }: Point): void {
    for (const [card, start] of this.#cards) card.style.transform = `translate(${start.x + x}px,${start.y + y}px)`;
    for (const [wire, { points, isMoved }] of this.#wires)
      drawWire(
        wire,
        points.map((point, place) => (isMoved(place) ? { x: point.x + x, y: point.y + y } : point)),
      );
  }

  letGo(): void {
    delete this.#canvas.dataset.holding;
    for (const card of this.#cards.keys()) delete card.dataset.held;
  }
}

/** Leads all lines of a wire, and its reroute points, through other points. */
function drawWire(wire: SVGGElement, points: readonly Point[]): void {
  const path = wirePath(points[0]!, points.at(-1)!, points.slice(1, -1));
  let dots = 0;
  for (const part of wire.children) {
    if (part.tagName === "path") part.setAttribute("d", path);
    else {
      dots++;
      part.setAttribute("cx", String(points[dots]?.x));
      part.setAttribute("cy", String(points[dots]?.y));
    }
  }
}
