import { type RefObject, useEffect } from "react";
import { type ReactFlowState, useStoreApi } from "reactflow";
import { nameOf } from "../../../shared/node/names.ts";
import type { Point } from "../../../shared/workflow/workflow.ts";
import { useNodeMenu } from "../../panels/menu/menu.ts";
import { useView } from "../../state/canvasView.ts";
import { activeDocument, select, selectEdge } from "../../state/documents.ts";
import { enter } from "../../state/subgraphs.ts";
import { carried } from "../hand/carried.ts";
import { putNodes } from "../useGraph.ts";
import { dotsBelow } from "./draw.ts";
import { LooseWire } from "./farWire.ts";
import { boxBetween, cardAt, cardsIn, type FarPort, portAt, titleAt, wireAt } from "./hit.ts";
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
/** Pixels from a port that still take hold of it: few, so that a small card can be dragged beside them. */
const portReach = 5;
/** Pixels of a frame's title, which drags it. */
const titleHeight = 22;
const grid = 8;

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
    element.removeAttribute("data-port");
    ended.abort();
  };
}

type Gesture =
  | { readonly kind: "drag"; readonly pressed: string; readonly start: ReadonlyMap<string, Point>; isMoving: boolean }
  | { readonly kind: "wire"; readonly wire: LooseWire }
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
    this.#start = { x: event.clientX, y: event.clientY };
    this.#gesture = this.#gestureAt(this.#place(event), event);
    if (this.#gesture === null) return;
    event.stopPropagation();
    this.#element.focus({ preventScroll: true });
    this.#element.setPointerCapture(event.pointerId);
  }

  #gestureAt(place: Point, event: PointerEvent): Gesture | null {
    const scene = this.#hand.scene.current;
    const port = this.#portAt(place);
    if (port !== null) return { kind: "wire", wire: new LooseWire(port) };
    const card = cardAt(scene, place);
    if (card !== null) this.#choose(card, event);
    const pressed = card?.id ?? titleAt(scene, place, titleHeight / this.#zoom)?.id;
    if (pressed !== undefined) return { kind: "drag", pressed, start: carried(pressed), isMoving: false };
    return event.shiftKey ? { kind: "frame" } : null;
  }

  /** Selects the card that was pressed as a click does up close. */
  #choose(card: FarCard, { shiftKey, ctrlKey, metaKey }: PointerEvent): void {
    const chosen = new Set(activeDocument()?.selection);
    if (shiftKey || ctrlKey || metaKey) {
      if (chosen.has(card.id)) chosen.delete(card.id);
      else chosen.add(card.id);
      select([...chosen]);
    } else if (!chosen.has(card.id)) select([card.id]);
  }

  move(event: PointerEvent): void {
    const gesture = this.#gesture;
    if (gesture === null) this.#tell(event);
    else {
      event.stopPropagation();
      if (gesture.kind === "frame") this.#drawFrame(event);
      else if (gesture.kind === "drag") this.#drag(gesture, event);
      else this.#hand.painter.current?.showLoose(gesture.wire.to(this.#place(event)));
    }
  }

  #drag(gesture: Extract<Gesture, { kind: "drag" }>, event: PointerEvent): void {
    const way = Math.hypot(event.clientX - this.#start.x, event.clientY - this.#start.y);
    if (!gesture.isMoving && way < slack) return;
    const painter = this.#hand.painter.current;
    if (!gesture.isMoving) painter?.lift(new Set(gesture.start.keys()));
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
    } else if (gesture.kind === "wire") this.#drop(gesture.wire, event);
    else if (gesture.isMoving) this.#put(gesture, this.#offset(event));
    this.cancel();
  }

  #put({ pressed, start }: Extract<Gesture, { kind: "drag" }>, { x, y }: Point): void {
    if (start.size === 0 || (x === 0 && y === 0)) return;
    putNodes(pressed, new Map([...start].map(([id, place]) => [id, { x: place.x + x, y: place.y + y }])));
  }

  #drop(wire: LooseWire, event: PointerEvent): void {
    const screen = { x: event.clientX, y: event.clientY };
    const isMoved = Math.hypot(screen.x - this.#start.x, screen.y - this.#start.y) >= slack;
    const { current: scene } = this.#hand.scene;
    if (isMoved) {
      wire.drop(scene, this.#place(event), screen, portReach / this.#zoom);
      return;
    }
    wire.end();
    const card = scene.cards.find(({ id }) => id === wire.node);
    if (card !== undefined) this.#choose(card, event);
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
    // The press took hold of the pointer, so what follows it comes to the whole canvas.
    const isOurs = event.target === this.#element || isOnPane(event);
    const card = isOurs ? cardAt(this.#hand.scene.current, this.#place(event)) : null;
    if (card === null) return;
    event.stopPropagation();
    if (!enter(card.id)) useView.getState().canvas?.centreOn(card.id);
  }

  #tell(event: PointerEvent): void {
    if (event.buttons !== 0) return;
    const place = isOnPane(event) ? this.#place(event) : null;
    const card = place === null ? null : cardAt(this.#hand.scene.current, place);
    const port = place === null ? null : this.#portAt(place);
    const title = port === null ? (card?.title ?? "") : nameOf(port.port);
    if (this.#element.title !== title) this.#element.title = title;
    this.#element.toggleAttribute("data-port", port !== null);
  }

  /** The port that a place takes hold of; none where cards are blocks of colour, without sides to aim at. */
  #portAt(place: Point): FarPort | null {
    return this.#zoom < dotsBelow ? null : portAt(this.#hand.scene.current, place, portReach / this.#zoom);
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
