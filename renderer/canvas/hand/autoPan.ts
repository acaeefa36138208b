import type { Point } from "../../../shared/workflow/workflow.ts";

/** Pixels from the edge of the canvas in which a drag moves the view, and how many a frame at most. */
const edge = 40;
const fastest = 15;

/** How far the view moves in a frame while something is dragged at a place of the canvas, in pixels of the window. */
export function panAt(
  { x, y }: Point,
  { left, top, right, bottom }: Pick<DOMRectReadOnly, "left" | "top" | "right" | "bottom">,
): Point {
  return { x: along(x, left, right), y: along(y, top, bottom) };
}

function along(at: number, start: number, end: number): number {
  const [before, after] = [start + edge - at, at - (end - edge)];
  if (before > 0) return (fastest * Math.min(before, edge)) / edge;
  return after > 0 ? (-fastest * Math.min(after, edge)) / edge : 0;
}
