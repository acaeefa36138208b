import type { Frame } from "./frame.ts";
import type { Rgb } from "./glow.ts";

export interface Dust {
  readonly columns: number;
  /** Raster cells of a pixel, sideways and upwards. */
  readonly fine: number;
  readonly bytes: Uint8ClampedArray;
}

/** Pixels of a picture beyond which a cell is a whole pixel: half ones would cost more than they show. */
const large = 400_000;

/**
 * A speck of 1.5 pixels (2 on large pictures) for every point, as RGBA bytes over the whole picture: the way to draw ten
 * thousand at once.
 * @param points [N, 2] in units of the plane
 * @param alpha opacity, 0 to 1
 */
export function dustOf(points: Float32Array, frame: Frame, [r, g, b]: Rgb, alpha: number): Dust {
  const fine = frame.width * frame.height > large ? 1 : 2;
  const [columns, rows] = [Math.ceil(frame.width * fine), Math.ceil(frame.height * fine)];
  const bytes = new Uint8ClampedArray(columns * rows * 4);
  const words = new Uint32Array(bytes.buffer);
  const [word] = new Uint32Array(Uint8Array.of(r, g, b, 255 * alpha).buffer);
  const { unit, margins, box } = frame;
  const side = fine + 1;
  for (let i = 0; i < points.length; i += 2) {
    const column = Math.round((margins.left + (points[i]! - box.x[0]) * unit) * fine) - 1;
    const row = Math.round((margins.top + (box.y[1] - points[i + 1]!) * unit) * fine) - 1;
    if (!(column >= 0 && column + side <= columns && row >= 0 && row + side <= rows)) continue;
    for (let line = row; line < row + side; line++) {
      const at = line * columns + column;
      for (let cell = at; cell < at + side; cell++) words[cell] = word!;
    }
  }
  return { columns, fine, bytes };
}
