import type { Frame } from "./frame.ts";
import type { Rgb } from "./glow.ts";

/** Raster cells of a pixel, sideways and upwards. */
const fine = 2;

export interface Dust {
  readonly columns: number;
  readonly bytes: Uint8ClampedArray;
}

/**
 * A speck of 1.5 pixels for every point, as RGBA bytes over the whole picture: the way to draw ten thousand at once.
 * @param points [N, 2] in units of the plane
 * @param alpha opacity, 0 to 1
 * @param before a raster of the last frame, used again where its size fits
 */
export function dustOf(points: Float32Array, frame: Frame, [r, g, b]: Rgb, alpha: number, before?: Dust): Dust {
  const [columns, rows] = [Math.ceil(frame.width * fine), Math.ceil(frame.height * fine)];
  const isSame = before?.columns === columns && before.bytes.length === columns * rows * 4;
  const bytes = isSame ? before.bytes.fill(0) : new Uint8ClampedArray(columns * rows * 4);
  const words = new Uint32Array(bytes.buffer);
  const [word] = new Uint32Array(Uint8Array.of(r, g, b, 255 * alpha).buffer);
  const { unit, margins, box } = frame;
  for (let i = 0; i < points.length; i += 2) {
    const column = Math.round((margins.left + (points[i]! - box.x[0]) * unit) * fine);
    const row = Math.round((margins.top + (box.y[1] - points[i + 1]!) * unit) * fine);
    if (!(column > 0 && column < columns - 1 && row > 0 && row < rows - 1)) continue;
    const at = row * columns + column;
    for (const start of [at - columns, at, at + columns]) words.fill(word!, start - 1, start + 2);
  }
  return { columns, bytes };
}
