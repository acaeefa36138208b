import type { ReactFlowState } from "reactflow";
import type { Point } from "../../../shared/workflow/workflow.ts";
import { useView } from "../../state/canvasView.ts";
import { noteMoving } from "../moving.ts";
import { dropOnWire, seekWire } from "../wire/insertion.ts";
import { panAt } from "./autoPan.ts";
import { carried, choose } from "./carried.ts";
import { Held } from "./held.ts";

/** Pixels that a press may move and still be a click. */
const slack = 3;
const grid = 8;

/** What the hand needs of the canvas. */
export interface Table {
  readonly element: HTMLElement;
  readonly state: () => Pick<ReactFlowState, "transform" | "panBy">;
  /** Tells React Flow where nodes in the hand are, and which cards to keep. */
  readonly hold: (places: ReadonlyMap<string, Point>, kept: ReadonlySet<string>) => void;
  /** Nothing is in the hand any more: all nodes are where the document says. */
  readonly release: () => void;
  /** Moves nodes, or a frame with all in it, in the document. */
  readonly put: (pressed: string, places: ReadonlyMap<string, Point>) => void;
}

interface Press {
  /** Id of the node that was pressed. */
  readonly id: string;
  readonly card: HTMLElement;
  readonly at: Point;
  readonly pointer: number;
  /** The person adds to what is selected. */
  readonly isMore: boolean;
}

interface Drag {
  readonly press: Press;
  readonly held: Held;
  /** Places of the nodes before. */
  readonly start: ReadonlyMap<string, Point>;
  /** Where it was taken, in canvas pixels. */
  readonly from: Point;
  readonly box: DOMRect;
  /** The view that React Flow knows the places at. */
  seen: ReactFlowState["transform"];
  offset: Point;
}

/** The pointer that drags cards and frames. A press that does not move is left to React Flow, which selects. */
export class Hand {
  readonly #table: Table;
  #press: Press | null = null;
  #drag: Drag | null = null;
  #at: Point = { x: 0, y: 0 };
  #frame = 0;
  #isDropped = false;

  constructor(table: Table) {
    this.#table = table;
  }

  press(event: PointerEvent): void {
    if (this.#drag !== null) return;
    [this.#press, this.#isDropped] = [null, false];
    const card = gripped(event);
    if (card === null || event.button !== 0 || !event.isPrimary) return;
    const { clientX: x, clientY: y, pointerId: pointer, shiftKey, ctrlKey, metaKey } = event;
    this.#press = { id: card.dataset.id ?? "", card, at: { x, y }, pointer, isMore: shiftKey || ctrlKey || metaKey };
  }

  /** Keeps a press on a card from React Flow's own dragging. */
  shield(event: Event): void {
    if (this.#press !== null) event.stopPropagation();
  }

  move(event: PointerEvent): void {
    const press = this.#press;
    if (press === null || event.pointerId !== press.pointer) return;
    this.#at = { x: event.clientX, y: event.clientY };
    const way = Math.hypot(this.#at.x - press.at.x, this.#at.y - press.at.y);
    if (this.#drag === null && way >= slack) this.#drag = this.#begin(press);
    if (this.#drag !== null) this.#soon();
  }

  release(event: PointerEvent): void {
    if (event.pointerId !== this.#press?.pointer) return;
    const drag = this.#drag;
    if (drag !== null) {
      this.#follow(drag);
      this.#isDropped = true;
      if (drag.offset.x !== 0 || drag.offset.y !== 0) this.#table.put(drag.press.id, placesOf(drag));
      if (drag.start.size === 1) dropOnWire(drag.press.id);
    }
    this.#end();
  }

  /** Puts everything back. */
  cancel(): void {
    this.#drag?.held.move({ x: 0, y: 0 });
    this.#end();
  }

  /** The click at the end of a drag selects nothing. */
  click(event: MouseEvent): void {
    if (this.#isDropped) event.stopPropagation();
    this.#isDropped = false;
  }

  #begin(press: Press): Drag {
    const { element, state, hold } = this.#table;
    choose(press.id, press.isMore);
    const start = carried(press.id);
    element.setPointerCapture(press.pointer);
    const held = new Held(element, start);
    const [box, seen] = [element.getBoundingClientRect(), state().transform];
    hold(start, held.shown);
    return { press, held, start, box, seen, from: placeIn(box, seen, press.at), offset: { x: 0, y: 0 } };
  }

  /** At most once a frame: a hand reports more often than the window draws. */
  #soon(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const drag = this.#drag;
      if (drag === null) return;
      this.#follow(drag);
      if (drag.start.size === 1) seekWire(drag.press.card, drag.press.id);
      const pan = panAt(this.#at, drag.box);
      if (pan.x === 0 && pan.y === 0) return;
      void this.#table.state().panBy(pan);
      this.#soon();
    });
  }

  #follow(drag: Drag): void {
    noteMoving();
    const { transform } = this.#table.state();
    const { x, y } = placeIn(drag.box, transform, this.#at);
    drag.offset = snapped({ x: x - drag.from.x, y: y - drag.from.y }, drag.start.get(drag.press.id));
    drag.held.move(drag.offset);
    if (transform === drag.seen) return;
    drag.seen = transform;
    this.#table.hold(placesOf(drag), drag.held.shown);
    drag.held.take(drag.offset);
  }

  #end(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const drag = this.#drag;
    [this.#press, this.#drag] = [null, null];
    if (drag === null) return;
    drag.held.letGo();
    this.#table.release();
  }
}

/** The card or frame that a press takes hold of. Fields and ports take their presses themselves. */
function gripped({ target }: Event): HTMLElement | null {
  if (!(target instanceof Element) || target.closest(".nodrag") !== null) return null;
  const card = target.closest<HTMLElement>(".react-flow__node.draggable");
  const isBehind = card?.classList.contains("react-flow__node-frame") && target.closest(".frame-title") === null;
  return isBehind ? null : card;
}

/** Canvas pixels of a place in the window. */
function placeIn({ left, top }: DOMRect, [x, y, zoom]: ReactFlowState["transform"], at: Point): Point {
  return { x: (at.x - left - x) / zoom, y: (at.y - top - y) / zoom };
}

/** Whole canvas pixels; on a grid, such that the pressed node comes to lie on it. */
function snapped({ x, y }: Point, start: Point = { x: 0, y: 0 }): Point {
  if (!useView.getState().isSnapping) return { x: Math.round(x), y: Math.round(y) };
  const onGrid = (offset: number, from: number) => Math.round((from + offset) / grid) * grid - from;
  return { x: onGrid(x, start.x), y: onGrid(y, start.y) };
}

function placesOf({ start, offset: { x, y } }: Drag): ReadonlyMap<string, Point> {
  return new Map([...start].map(([id, place]) => [id, { x: place.x + x, y: place.y + y }]));
}
