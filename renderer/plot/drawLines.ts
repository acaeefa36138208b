import type { LinePlot } from "../../shared/plot.ts";
import { createScale, formatTick, niceDomain, type Scale, type ScaleKind, ticksOf } from "../charts/scale.ts";
import { drawNames } from "./drawNames.ts";
import type { Margins } from "./frame.ts";
import type { Palette } from "./palette.ts";
import { marks, type Pen } from "./pen.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

const margins: Margins = { left: 44, top: 10, right: 12, bottom: 34 };
/** Lines of so few points get markers. */
const marked = 60;

/** Draws curves with grid, axes and their names; several differ by colour, dash and marker. */
export function drawLines(
  pen: Pen,
  plot: LinePlot,
  size: Size & { readonly isAlone: boolean },
  palette: Palette,
): void {
  const { width, height, isAlone } = size;
  const scales = scalesOf(plot, size);
  pen.rectangle(0, 0, width, height, { color: palette.back });
  drawGrid(pen, scales, size, palette);
  for (const [i, { x, y }] of plot.series.entries()) {
    const color = palette.series[i % palette.series.length]!;
    const points = x.flatMap((value, at) => [scales.x.at(value), placeOf(y[at] ?? Number.NaN, scales.y)]);
    const shown = points.filter((_, at) => Number.isFinite(points[at - (at % 2)]! + points[at - (at % 2) + 1]!));
    pen.line(shown, { color, width: 2, ...(i === 0 ? {} : { dash: [6, 2 + i] }) });
    if (x.length <= marked) pen.markers(marks[i % marks.length]!, shown, 5, { color });
  }
  if (isAlone) drawNames(pen, plot.series, margins.left + 12, height - margins.bottom - 12, palette);
  const color = palette.axis;
  pen.text(plot.xLabel, (margins.left + width - margins.right) / 2, height - 9, { color, align: "center" });
  pen.text(plot.yLabel, width - margins.right - 4, margins.top + 6, { color, align: "right" });
}

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

function scalesOf({ series, logX, logY }: LinePlot, { width, height }: Size): Scales {
  const domain = (values: readonly number[], kind: ScaleKind) => {
    const finite = values.filter((value) => Number.isFinite(value) && (kind === "linear" || value > 0));
    return finite.length === 0 ? ([1, 2] as const) : ([Math.min(...finite), Math.max(...finite)] as const);
  };
  const kind = (isLog: boolean): ScaleKind => (isLog ? "log" : "linear");
  const across = domain(
    series.flatMap(({ x }) => x),
    kind(logX),
  );
  const [low, high] = domain(
    series.flatMap(({ y }) => y),
    kind(logY),
  );
  const up = logY ? ([low / 1.3, high * 1.3] as const) : niceDomain(low, high, 4);
  return {
    x: createScale(kind(logX), across, [margins.left, width - margins.right]),
    y: createScale(kind(logY), up, [height - margins.bottom, margins.top]),
  };
}

/** Pixel of a value; what a logarithmic axis has no place for stands at its ends. */
function placeOf(value: number, scale: Scale): number {
  if (scale.kind === "linear" || (value > 0 && Number.isFinite(value))) return scale.at(value);
  if (Number.isNaN(value)) return Number.NaN;
  return scale.at(value > 0 ? scale.domain[1] : scale.domain[0]);
}

function drawGrid(pen: Pen, { x, y }: Scales, { width, height }: Size, palette: Palette): void {
  const [stroke, color] = [{ color: palette.grid, width: 1 }, palette.axis];
  for (const value of ticksOf(x, Math.max(2, width / 70))) {
    const at = Math.round(x.at(value)) + 0.5;
    pen.line([at, margins.top, at, height - margins.bottom], stroke);
    pen.text(formatTick(value), at, height - margins.bottom + 10, { color, align: "center" });
  }
  for (const value of ticksOf(y, Math.max(2, height / 50))) {
    const at = Math.round(y.at(value)) + 0.5;
    pen.line([margins.left, at, width - margins.right, at], stroke);
    pen.text(formatTick(value), margins.left - 6, at, { color, align: "right" });
  }
}
