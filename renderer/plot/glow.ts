import type { Frame } from "./frame.ts";

/** How many points lie around each cell of a raster, blurred. */
export interface Glow {
  /** Pixels of a cell, sideways and upwards. */
  readonly cell: number;
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
  /** Largest value, at least that of a few points in one place. */
  readonly peak: number;
}

/** Pixels of a cell: half the resolution is enough for what is blurred, less on large pictures. */
function cellOf({ width, height }: Frame): number {
  return width * height > 400_000 ? 3 : 2;
}

/** Points in each cell of the picture, the first row at the top. */
function countsOf(points: Float32Array, frame: Frame) {
  const cell = cellOf(frame);
  const [width, height] = [Math.ceil(frame.width / cell), Math.ceil(frame.height / cell)];
  const values = new Float32Array(width * height);
  const { unit, margins, box } = frame;
  for (let i = 0; i < points.length; i += 2) {
    const column = Math.round((margins.left + (points[i]! - box.x[0]) * unit) / cell);
    const row = Math.round((margins.top + (box.y[1] - points[i + 1]!) * unit) / cell);
    if (column >= 0 && column < width && row >= 0 && row < height) values[row * width + column]! += 1;
  }
  return { cell, width, height, values };
}

/** Points that the blur brings together, about: fewer would look like noise. */
const together = 30;

/** Cells to blur by, each way: less where points lie close to each other, so that fine shapes stay fine. */
export function blurOf(points: Float32Array, frame: Frame): number {
  const { values } = countsOf(points, frame);
  let [sum, neighbours] = [0, 0];
  for (const count of values) {
    sum += count;
    neighbours += count * (count - 1);
  }
  const density = sum === 0 ? 0 : neighbours / sum;
  return Math.min(6, Math.max(1, Math.round((Math.sqrt(together / (density + 0.01)) - 1) / 2)));
}

/**
 * Spreads points over a raster of the picture's cells and blurs it three times, which is nearly a Gaussian.
 * @param points [N, 2] in units of the plane
 * @param radius cells to blur by, each way
 */
export function glowOf(points: Float32Array, frame: Frame, radius: number): Glow {
  const { cell, width, height, ...counts } = countsOf(points, frame);
  let { values } = counts;
  let spare = new Float32Array(values.length);
  for (let pass = 0; pass < 3; pass++) {
    blurRows(values, spare, width, height, radius);
    [values, spare] = [spare, values];
    blurColumns(values, spare, width, height, radius);
    [values, spare] = [spare, values];
  }
  const few = 2 / (2 * radius + 1) ** 2;
  return { cell, width, height, values, peak: values.reduce((most, value) => Math.max(most, value), few) };
}

function blurRows(from: Float32Array, to: Float32Array, width: number, height: number, radius: number): void {
  for (let row = 0; row < height; row++) blurLine(from, to, row * width, 1, width, radius);
}

function blurColumns(from: Float32Array, to: Float32Array, width: number, height: number, radius: number): void {
  for (let column = 0; column < width; column++) blurLine(from, to, column, width, height, radius);
}

/** Mean over 2·radius + 1 neighbours along a line; what is beyond its ends counts as 0. */
function blurLine(from: Float32Array, to: Float32Array, start: number, stride: number, length: number, radius: number) {
  const share = 1 / (2 * radius + 1);
  let sum = 0;
  for (let i = 0; i < radius && i < length; i++) sum += from[start + i * stride]!;
  for (let i = 0; i < length; i++) {
    if (i + radius < length) sum += from[start + (i + radius) * stride]!;
    if (i - radius - 1 >= 0) sum -= from[start + (i - radius - 1) * stride]!;
    to[start + i * stride] = sum * share;
  }
}

/** A colour as three bytes. */
export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * RGBA bytes of a raster: nothing where it is 0, the hue where it rises, most of the way to `top` at its peak.
 * @param most opacity at the peak, 0 to 1
 */
export function tinted({ values, peak }: Pick<Glow, "values" | "peak">, hue: Rgb, top: Rgb, most: number) {
  const bytes = new Uint8ClampedArray(values.length * 4);
  const table = rampOf(hue, top, most);
  const scale = peak > 0 ? (levels - 1) / Math.sqrt(peak) : 0;
  const words = new Uint32Array(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value > 0) words[i] = table[Math.min(levels - 1, Math.floor(Math.sqrt(value) * scale))]!;
  }
  return bytes;
}

const levels = 256;

/** Colours by the square root of a share of the peak, as words of RGBA in the byte order of this machine. */
function rampOf(hue: Rgb, top: Rgb, most: number): Uint32Array {
  const bytes = new Uint8ClampedArray(levels * 4);
  for (let level = 0; level < levels; level++) {
    const share = level / (levels - 1);
    const towards = 0.7 * Math.max(0, (share - 0.75) / 0.25) ** 2;
    for (const channel of [0, 1, 2] as const)
      bytes[level * 4 + channel] = hue[channel] + (top[channel] - hue[channel]) * towards;
    bytes[level * 4 + 3] = 255 * most * Math.min(1, share * 1.1) ** 1.6;
  }
  return new Uint32Array(bytes.buffer);
}
