import type { Box } from "../../shared/plot.ts";

/** Pixels kept free around the plane, for the figures of the axes. */
export interface Margins {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A part of the plane on a picture: one unit is as long upwards as it is sideways. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly margins: Margins;
  /** What is in sight between the margins: the wanted part, and more of the longer side. */
  readonly box: Box;
  /** Pixels of one unit. */
  readonly unit: number;
  x(value: number): number;
  y(value: number): number;
  /** The point of the plane under a pixel. */
  invert(x: number, y: number): readonly [x: number, y: number];
}

/** Fits a part of the plane into a picture of so many pixels. */
export function frameOf(wanted: Box, width: number, height: number, margins: Margins): Frame {
  const { left, top, right, bottom } = margins;
  const [across, up] = [Math.max(1, width - left - right), Math.max(1, height - top - bottom)];
  const unit = Math.min(across / spanOf(wanted.x), up / spanOf(wanted.y));
  const box = { x: around(wanted.x, across / unit), y: around(wanted.y, up / unit) };
  const [x0, y1] = [box.x[0], box.y[1]];
  return {
    width,
    height,
    margins,
    box,
    unit,
    x: (value) => left + (value - x0) * unit,
    y: (value) => top + (y1 - value) * unit,
    invert: (x, y) => [x0 + (x - left) / unit, y1 - (y - top) / unit],
  };
}

function spanOf([low, high]: Box["x"]): number {
  return Math.max(high - low, 1e-12);
}

/** A range of another length with the same middle. */
function around([low, high]: Box["x"], length: number): Box["x"] {
  const middle = (low + high) / 2;
  return [middle - length / 2, middle + length / 2];
}

/** The part in sight after zooming by a factor (above 1 = closer) around a point that stays where it is. */
export function zoomed({ x, y }: Box, factor: number, [cx, cy]: readonly [number, number]): Box {
  const scale = (range: Box["x"], at: number): Box["x"] => [
    at + (range[0] - at) / factor,
    at + (range[1] - at) / factor,
  ];
  return { x: scale(x, cx), y: scale(y, cy) };
}

/** The part in sight after moving by so many units. */
export function panned({ x, y }: Box, dx: number, dy: number): Box {
  return { x: [x[0] + dx, x[1] + dx], y: [y[0] + dy, y[1] + dy] };
}
