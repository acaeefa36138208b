import type { Point } from "../../../shared/workflow/workflow.ts";
import { tangent } from "../wire/geometry.ts";
import { drawLabel, drawMark } from "./drawText.ts";
import type { Palette } from "./palette.ts";
import { type Box, boundsOf, type FarCard, type FarFrame, type FarWire, overlaps, type Scene } from "./scene.ts";

/** What a run left on a card. */
export interface FarFacts {
  state(id: string): string;
  /** A small copy of its first picture. */
  picture(id: string): CanvasImageSource | null;
}

/** Where a drawing looks: pixels on the screen = canvas pixels × zoom + (x, y). */
export interface FarView extends Point {
  readonly zoom: number;
  /** Of the drawing, in pixels on the screen. */
  readonly width: number;
  readonly height: number;
}

export interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly view: FarView;
  readonly palette: Palette;
  readonly facts: FarFacts;
}

/** Below this zoom cards are blocks of colour; above, they have a title. */
export const dotsBelow = 0.25;

/** Draws what is in sight, from the back to the front: frames, wires, cards. */
export function drawScene(pen: Pen, scene: Scene): void {
  const { context, view } = pen;
  const { zoom, x, y, width, height } = view;
  const ratio = context.canvas.width / width;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio);
  const sight = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
  for (const frame of scene.frames) if (overlaps(frame, sight)) drawFrame(pen, frame);
  drawWires(pen, scene.wires, sight);
  for (const card of scene.cards) if (overlaps(card, sight)) drawCard(pen, card);
}

function drawFrame(
  { context, palette, view: { zoom } }: Pen,
  { x, y, width, height, title, colour = "--t3" }: FarFrame,
) {
  context.beginPath();
  context.roundRect(x, y, width, height, 12);
  context.fillStyle = palette.mix(colour, 0.07, "--canvas");
  context.fill();
  context.lineWidth = 1 / zoom;
  context.strokeStyle = palette.mix(colour, 0.42, "--canvas");
  context.stroke();
  context.fillStyle = palette.of("--t2");
  context.font = `600 ${13 / zoom}px "Inter Variable", sans-serif`;
  context.textBaseline = "top";
  context.fillText(title, x + 6 / zoom, y + 5 / zoom, Math.max(0, width - 12 / zoom));
}

/** Wires of a colour in one stroke: a thousand strokes cost more than one of a thousand curves. */
function drawWires(pen: Pen, wires: readonly FarWire[], sight: Box): void {
  const { context, palette, view } = pen;
  const byColour = new Map<string, FarWire[]>();
  for (const wire of wires) {
    const box = boundsOf(wire.points.map(({ x, y }) => ({ x, y, width: 0, height: 0 })));
    if (box === null || !overlaps(widened(box), sight)) continue;
    const key = `${wire.colour} ${wire.isIdle ? "idle" : ""} ${wire.isSelected ? "selected" : ""}`;
    const list = byColour.get(key);
    if (list === undefined) byColour.set(key, [wire]);
    else list.push(wire);
  }
  const thickness = view.zoom < dotsBelow ? 1 : Math.max(1.6, 2 * view.zoom);
  for (const list of byColour.values()) {
    const { colour, isIdle, isSelected } = list[0]!;
    context.beginPath();
    for (const { points } of list) trace(context, points);
    context.strokeStyle = isIdle ? palette.mix(colour, 0.35, "--canvas") : palette.of(colour);
    context.lineWidth = (isSelected ? thickness + 1.5 : thickness) / view.zoom;
    context.stroke();
  }
}

/** A box with room for tangents, and never empty. */
function widened({ x, y, width, height }: Box): Box {
  const beside = 60 + 0.25 * width;
  return { x: x - beside, y: y - 1, width: width + 2 * beside, height: height + 2 };
}

function trace(context: CanvasRenderingContext2D, points: readonly Point[]): void {
  let last = points[0]!;
  context.moveTo(last.x, last.y);
  for (const point of points.slice(1)) {
    const reach = tangent(point.x - last.x);
    context.bezierCurveTo(last.x + reach, last.y, point.x - reach, point.y, point.x, point.y);
    last = point;
  }
}

function drawCard(pen: Pen, card: FarCard): void {
  const { context, palette, facts, view } = pen;
  const { x, y, width, height } = card;
  const isDots = view.zoom < dotsBelow;
  const state = facts.state(card.id);
  context.globalAlpha = card.isOff ? 0.5 : 1;
  context.beginPath();
  context.roundRect(x, y, width, height, 8);
  context.fillStyle = palette.mix(card.hue, isDots ? 0.45 : 0.2, "--card");
  context.fill();
  const edge = edgeOf(card, state);
  if (edge !== null || !isDots) {
    context.lineWidth = (edge === null ? 1 : 2) / view.zoom;
    context.strokeStyle = palette.of(edge ?? "--line2");
    context.stroke();
  }
  const picture = facts.picture(card.id);
  if (picture !== null) drawPicture(context, card, picture);
  if (!isDots) {
    drawLabel(pen, card, picture === null ? height : height - pictureHeight(card));
    drawMark(pen, card, state);
  }
  context.globalAlpha = 1;
}

function edgeOf({ isSelected }: FarCard, state: string): string | null {
  if (state === "error") return "--danger";
  return isSelected || state === "running" ? "--focus" : null;
}

const inset = 8;
const caption = 20;

/** Height of a card's foot with a square picture and its caption. */
function pictureHeight({ width, height }: FarCard): number {
  return Math.min(width - 2 * inset + inset + caption, height - 40);
}

function drawPicture(context: CanvasRenderingContext2D, card: FarCard, picture: CanvasImageSource): void {
  const side = pictureHeight(card) - inset - caption;
  if (side < 16) return;
  context.drawImage(
    picture,
    card.x + (card.width - side) / 2,
    card.y + card.height - inset - caption - side,
    side,
    side,
  );
}
