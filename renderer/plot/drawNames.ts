import type { Palette } from "./palette.ts";
import { marks, type Pen } from "./pen.ts";

/** Names of several series with their markers, upwards from a place at the lower left. */
export function drawNames(
  pen: Pen,
  series: readonly { readonly name: string }[],
  x: number,
  bottom: number,
  palette: Palette,
): void {
  if (series.length < 2) return;
  for (const [i, { name }] of series.entries()) {
    const y = bottom - 16 * (series.length - 1 - i);
    pen.markers(marks[i % marks.length]!, [x, y], 7, { color: palette.series[i % palette.series.length]! });
    pen.text(name, x + 10, y, { color: palette.axis });
  }
}
