import type { PlanePlot } from "../../shared/plot.ts";
import type { FieldGrid } from "./field.ts";
import type { Frame } from "./frame.ts";
import { tinted } from "./glow.ts";
import { labelOrder, type Palette, rgbOf } from "./palette.ts";
import type { Pen } from "./pen.ts";

type Exact = Pick<PlanePlot, "exact" | "guided">;

/** Gaussians that get rings; more of them would hide the plane, and their density tells more. */
export const mostRings = 60;

/**
 * Rings at one standard deviation of each Gaussian, solid, and at two, dashed, in the colour of its label; faint where
 * guidance does not aim.
 */
export function drawRings(pen: Pen, { exact, guided }: Exact, frame: Frame, palette: Palette): void {
  if (exact.length > mostRings) return;
  const order = labelOrder(exact);
  for (const [k, { center, axes, label }] of exact.entries()) {
    const alpha = guided?.weights[k] === 0 ? 0.4 : 0.9;
    const color = palette.labels[order.indexOf(label) % palette.labels.length]!;
    const place = [frame.x(center[0]), frame.y(center[1])] as const;
    const by = (deviations: number) => {
      const [ux, uy, vx, vy] = axes.map((axis, i) => axis * deviations * frame.unit * (i % 2 === 0 ? 1 : -1));
      return [ux!, uy!, vx!, vy!] as const;
    };
    pen.ellipse(place, by(1), { color, width: 1, alpha });
    pen.ellipse(place, by(2), { color, width: 1, alpha, dash: [3, 3] });
  }
}

/** The exact density, as a tint that grows with its square root. */
export function drawDensity(pen: Pen, field: FieldGrid, frame: Frame, palette: Palette): void {
  const { density, columns, box } = field;
  const peak = density.reduce((most, value) => Math.max(most, value), 0);
  const hue = rgbOf(palette.field);
  const bytes = tinted({ values: density, peak }, hue, hue, 0.55);
  const [left, top] = [frame.x(box.x[0]), frame.y(box.y[1])];
  pen.raster(bytes, columns, left, top, frame.x(box.x[1]) - left, frame.y(box.y[0]) - top);
}

/** Pixels between two arrows, about. */
const spacing = 22;

/** Arrows along the score: their direction is exact, their length only tells weak from strong. */
export function drawScore(pen: Pen, field: FieldGrid, frame: Frame, palette: Palette): void {
  const { score, columns, rows, box } = field;
  const arrows = arrowCells(field, frame).map((cell) => ({
    x: frame.x(box.x[0] + (((cell % columns) + 0.5) / columns) * (box.x[1] - box.x[0])),
    y: frame.y(box.y[1] - ((Math.floor(cell / columns) + 0.5) / rows) * (box.y[1] - box.y[0])),
    along: [score[2 * cell]!, -score[2 * cell + 1]!] as const,
    strength: Math.hypot(score[2 * cell]!, score[2 * cell + 1]!),
  }));
  const typical = median(arrows.map(({ strength }) => strength)) || 1;
  const lines = arrows.flatMap(({ x, y, along, strength }) => {
    if (!(strength > 0)) return [];
    const length = (spacing * 0.8 * Math.tanh(strength / typical)) / strength;
    const [dx, dy] = [along[0] * length, along[1] * length];
    return arrowOf(x - dx / 2, y - dy / 2, dx, dy);
  });
  pen.line(lines, { color: palette.axis, width: 1, alpha: 0.8 });
}

/** Cells of a field that get an arrow: evenly over the picture. */
function arrowCells({ columns, rows, box }: FieldGrid, { unit }: Frame): number[] {
  const step = Math.max(1, Math.round(spacing / ((unit * (box.x[1] - box.x[0])) / columns)));
  const places = (count: number) =>
    Array.from({ length: Math.ceil(count / step - 0.5) }, (_, i) => (step >> 1) + i * step);
  return places(rows).flatMap((row) => places(columns).map((column) => row * columns + column));
}

/** Between two lines that are drawn at once. */
const gap = [Number.NaN, Number.NaN];

/** Shaft and head of an arrow, each ended by a gap. */
function arrowOf(x: number, y: number, dx: number, dy: number): number[] {
  const [endX, endY] = [x + dx, y + dy];
  const barb = (turn: number) => [endX - 0.3 * (dx - turn * dy), endY - 0.3 * (dy + turn * dx)];
  return [x, y, endX, endY, ...gap, ...barb(0.7), endX, endY, ...barb(-0.7), ...gap];
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}
