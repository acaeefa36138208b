import { createScale, formatTick, ticksOf } from "../charts/scale.ts";
import type { Frame } from "./frame.ts";
import type { Palette } from "./palette.ts";
import type { Pen } from "./pen.ts";

/** Pixels between two grid lines, at least. */
const spacing = 64;

/** The same step both ways, so that the grid is of squares. */
function ticksOfFrame({ box, unit, width, height, margins }: Frame): { readonly x: number[]; readonly y: number[] } {
  const across = createScale("linear", box.x, [margins.left, width - margins.right]);
  const wanted = Math.max(2, ((box.x[1] - box.x[0]) * unit) / spacing);
  const x = ticksOf(across, wanted);
  const step = (x[1] ?? 1) - (x[0] ?? 0);
  const up = createScale("linear", box.y, [height - margins.bottom, margins.top]);
  return { x, y: ticksOf(up, (box.y[1] - box.y[0]) / step) };
}

export function drawGrid(pen: Pen, frame: Frame, palette: Palette): void {
  const { width, height } = frame;
  const ticks = ticksOfFrame(frame);
  const stroke = { color: palette.grid, width: 1 };
  for (const value of ticks.x) pen.line([half(frame.x(value)), 0, half(frame.x(value)), height], stroke);
  for (const value of ticks.y) pen.line([0, half(frame.y(value)), width, half(frame.y(value))], stroke);
}

/** The figures of both axes, in the margins. */
export function drawAxes(pen: Pen, frame: Frame, palette: Palette): void {
  const { width, height, margins } = frame;
  const ticks = ticksOfFrame(frame);
  const color = palette.axis;
  for (const value of ticks.x) {
    const at = frame.x(value);
    if (at > margins.left + 8 && at < width - margins.right - 8)
      pen.text(formatTick(value), at, height - margins.bottom / 2, { color, align: "center" });
  }
  for (const value of ticks.y) {
    const at = frame.y(value);
    if (at > margins.top + 6 && at < height - margins.bottom - 4)
      pen.text(formatTick(value), margins.left - 6, at, { color, align: "right" });
  }
}

/** A line of one pixel is sharp on the middle of a pixel. */
function half(value: number): number {
  return Math.round(value) + 0.5;
}
