import { type RefObject, useEffect } from "react";
import { type ReactFlowState, useStoreApi } from "reactflow";
import type { Point } from "../../../shared/workflow/workflow.ts";
import { useNodeMenu } from "../../panels/menu/menu.ts";
import { useView } from "../../state/canvasView.ts";
import { activeDocument, select, selectEdge } from "../../state/documents.ts";
import { moveNodes } from "../../state/edits.ts";
import { enter } from "../../state/subgraphs.ts";
import { boxBetween, cardAt, cardsIn, wireAt } from "./hit.ts";
import type { Painter } from "./painter.ts";
import type { FarCard, Scene } from "./scene.ts";

interface FarHand {
  readonly root: RefObject<HTMLDivElement | null>;
  readonly scene: RefObject<Scene>;
  readonly painter: RefObject<Painter | null>;
  /** Drawn around what a frame selects. */
  readonly frame: RefObject<HTMLElement | null>;
}

/** Pixels that a press may move and still be a click. */
const slack = 3;
/** Pixels from a wire that still hit it. */
const reach = 8;
const grid = 8;
let moves = 0;

/** The pointer on a graph seen from afar: selects, moves, frames, and says what it is over. */
export function useFarHand(hand: FarHand): void {
  const store = useStoreApi();
  useEffect(() => {
    const element = hand.root.current;
    if (element === null) return;
    return listen(element, new Hand(element, hand, () => store.getState()));
  }, [hand.root, hand.scene, hand.painter, hand.frame, store]);
}

function listen(element: HTMLElement, hand: Hand): () => void {
  const ended = new AbortController();
  const early = { capture: true, signal: ended.signal };
  element.addEventListener("pointerdown", (event) => hand.press(event), early);
  element.addEventListener("mousedown", (event) => hand.isBusy && event.stopPropagation(), early);
  element.addEventListener("pointermove", (event) => hand.move(event), early);
  element.addEventListener("pointerup", (event) => hand.release(event), early);
  element.addEventListener("pointercancel", () => hand.cancel(), early);
  element.addEventListener("click", (event) => hand.click(event), early);
  element.addEventListener("contextmenu", (event) => hand.menu(event), early);
  element.addEventListener("dblclick", (event) => hand.open(event), early);
  return () => {
    hand.cancel();
    element.title = "";
    ended.abort();
  };
}

type Gesture =
  | { readonly kind: "drag"; readonly cards: readonly FarCard[]; isMoving: boolean }
  | { readonly kind: "frame" };

class Hand {
  readonly #element: HTMLElement;
  readonly #hand: FarHand;
  readonly #state: () => ReactFlowState;
  #gesture: Gesture | null = null;
  #start: Point = { x: 0, y: 0 };

  constructor(element: HTMLElement, hand: FarHand, state: () => ReactFlowState) {
    this.#element = element;
    this.#hand = hand;
    this.#state = state;
  }

  get isBusy(): boolean {
    return this.#gesture !== null;
  }

  press(event: PointerEvent): void {
    if (event.button !== 0 || !isOnPane(event)) return;
    const card = cardAt(this.#hand.scene.current, this.#place(event));
    this.#start = { x: event.clientX, y: event.clientY };
    if (card !== null) this.#gesture = { kind: "drag", cards: this.#take(card, event), isMoving: false };
    else if (event.shiftKey) this.#gesture = { kind: "frame" };
    else return;
    event.stopPropagation();
    this.#element.focus({ preventScroll: true });
    this.#element.setPointerCapture(event.pointerId);
  }

  /** Selects the card that was pressed as a click does up close. Returns what a drag moves. */
  #take(card: FarCard, { shiftKey, ctrlKey, metaKey }: PointerEvent): readonly FarCard[] {
    const chosen = new Set(activeDocument()?.selection);
    if (shiftKey || ctrlKey || metaKey) {
      if (chosen.has(card.id)) chosen.delete(card.id);
      else chosen.add(card.id);
      select([...chosen]);
    } else if (!chosen.has(card.id)) {
      chosen.clear();
      chosen.add(card.id);
      select([card.id]);
    }
    return this.#hand.scene.current.cards.filter(({ id, node }) => chosen.has(id) && node.pinned !== true);
  }

  move(event: PointerEvent): void {
    const gesture = this.#gesture;
    if (gesture === null) this.#tell(event);
    else {
      event.stopPropagation();
      if (gesture.kind === "frame") this.#drawFrame(event);
      else this.#drag(gesture, event);
    }
  }

  #drag(gesture: Extract<Gesture, { kind: "drag" }>, event: PointerEvent): void {
    const way = Math.hypot(event.clientX - this.#start.x, event.clientY - this.#start.y);
    if (!gesture.isMoving && way < slack) return;
    const painter = this.#hand.painter.current;
    if (!gesture.isMoving) painter?.lift(new Set(gesture.cards.map(({ id }) => id)));
    gesture.isMoving = true;
    painter?.moveLifted(this.#offset(event));
  }

  release(event: PointerEvent): void {
    const gesture = this.#gesture;
    if (gesture === null) return;
    event.stopPropagation();
    if (gesture.kind === "frame") {
      const box = boxBetween(this.#canvasPlace(this.#start), this.#place(event));
      select(cardsIn(this.#hand.scene.current, box));
    } else if (gesture.isMoving) this.#put(gesture.cards, this.#offset(event));
    this.cancel();
  }

  #put(cards: readonly FarCard[], { x, y }: Point): void {
    if (cards.length === 0 || (x === 0 && y === 0)) return;
    moves++;
    moveNodes(new Map(cards.map((card) => [card.id, { x: card.x + x, y: card.y + y }])), `far-${moves}`);
  }

  cancel(): void {
    this.#gesture = null;
    this.#hand.painter.current?.drop();
    if (this.#hand.frame.current !== null) this.#hand.frame.current.hidden = true;
  }

  /** A click beside all cards: on a wire it selects that, elsewhere nothing. */
  click(event: MouseEvent): void {
    if (!isOnPane(event)) return;
    const [scene, place] = [this.#hand.scene.current, this.#place(event)];
    if (cardAt(scene, place) !== null || event.shiftKey) return;
    const wire = wireAt(scene, place, reach / this.#zoom);
    if (wire === null) select([]);
    else selectEdge(wire.index);
  }

  menu(event: MouseEvent): void {
    const card = isOnPane(event) ? cardAt(this.#hand.scene.current, this.#place(event)) : null;
    if (card === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (!activeDocument()?.selection.includes(card.id)) select([card.id]);
    useNodeMenu.getState().open(event.clientX, event.clientY);
  }

  /** A double click goes up to the card, or into what it holds. */
  open(event: MouseEvent): void {
    const card = isOnPane(event) ? cardAt(this.#hand.scene.current, this.#place(event)) : null;
    if (card === null) return;
    event.stopPropagation();
    if (!enter(card.id)) useView.getState().canvas?.centreOn(card.id);
  }

  #tell(event: PointerEvent): void {
    if (event.buttons !== 0) return;
    const card = isOnPane(event) ? cardAt(this.#hand.scene.current, this.#place(event)) : null;
    const title = card?.title ?? "";
    if (this.#element.title !== title) this.#element.title = title;
  }

  #drawFrame(event: PointerEvent): void {
    const { frame } = this.#hand;
    if (frame.current === null) return;
    const { left, top } = this.#element.getBoundingClientRect();
    const box = boxBetween(this.#start, { x: event.clientX, y: event.clientY });
    frame.current.hidden = false;
    Object.assign(frame.current.style, {
      left: `${box.x - left}px`,
      top: `${box.y - top}px`,
      width: `${box.width}px`,
      height: `${box.height}px`,
    });
  }

  #offset(event: PointerEvent): Point {
    const to = (pixels: number) => {
      const free = pixels / this.#zoom;
      return useView.getState().isSnapping ? Math.round(free / grid) * grid : Math.round(free);
    };
    return { x: to(event.clientX - this.#start.x), y: to(event.clientY - this.#start.y) };
  }

  get #zoom(): number {
    return this.#state().transform[2];
  }

  #place(event: MouseEvent): Point {
    return this.#canvasPlace({ x: event.clientX, y: event.clientY });
  }

  #canvasPlace(screen: Point): Point {
    const { left, top } = this.#element.getBoundingClientRect();
    const [x, y, zoom] = this.#state().transform;
    return { x: (screen.x - left - x) / zoom, y: (screen.y - top - y) / zoom };
  }
}

function isOnPane({ target }: Event): boolean {
  return target instanceof Element && (target.closest(".react-flow__pane") !== null || target.tagName === "CANVAS");
}
