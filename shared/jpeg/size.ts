import type { Tensor } from "../tensor/tensor.ts";
import { brightnessSteps, colourSteps, firstLengths, otherLengths, zigzag } from "./tables.ts";

type Kind = "brightness" | "colour";

/** Bytes of a JPEG file that are not picture data: its tables and headers. */
const headerBytes = 623;

/**
 * Bytes that each picture of [B, 3, H, W] (0..1) takes as a baseline JPEG file of a quality from 1 to 100: full colour
 * resolution (4:4:4), the standard's own tables, no stuffed bytes counted (they add up to 1 %). [B] numbers.
 */
export function jpegBytes(image: Tensor, quality: number): number[] {
  const [batch, , height, width] = image.shape;
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const scaled = (steps: readonly number[]) =>
    steps.map((step) => Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))));
  const steps = { brightness: scaled(brightnessSteps), colour: scaled(colourSteps) };
  return Array.from({ length: batch }, (_, b) => {
    const bits = components(image, b).map((plane, i) => {
      const kind: Kind = i === 0 ? "brightness" : "colour";
      return planeBits(plane, width, height, steps[kind], kind);
    });
    return headerBytes + Math.ceil((bits[0] + bits[1] + bits[2]) / 8);
  });
}

/** Brightness and two colour differences of one picture, −128..127, rounded as a file holds them. */
function components({ data, shape }: Tensor, b: number): Float64Array[] {
  const size = shape[2] * shape[3];
  const planes = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const byte = (c: number, i: number) => Math.round(255 * Math.min(1, Math.max(0, data[(b * 3 + c) * size + i])));
  for (let i = 0; i < size; i++) {
    const [red, green, blue] = [byte(0, i), byte(1, i), byte(2, i)];
    planes[0][i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue) - 128;
    planes[1][i] = Math.round(-0.168736 * red - 0.331264 * green + 0.5 * blue);
    planes[2][i] = Math.round(0.5 * red - 0.418688 * green - 0.081312 * blue);
  }
  return planes;
}

/** Bits of one component: blocks of 8 × 8, row by row; the border is repeated to fill the last ones. */
function planeBits(plane: Float64Array, width: number, height: number, steps: readonly number[], kind: Kind): number {
  const block = new Float64Array(64);
  let bits = 0;
  let before = 0;
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++) {
        const [y, x] = [Math.min(height - 1, top + (i >> 3)), Math.min(width - 1, left + (i & 7))];
        block[i] = plane[y * width + x];
      }
      const levels = quantised(block, steps);
      bits += blockBits(levels, levels[0] - before, kind);
      before = levels[0];
    }
  }
  return bits;
}

/** Entry (u, x) is cos((2x + 1) u π / 16) times the factor that keeps lengths. */
const waves = Float64Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return Math.cos(((2 * x + 1) * u * Math.PI) / 16) * (u === 0 ? Math.SQRT1_2 : 1) * 0.5;
});

/** The cosine transform of a block in whole steps. */
function quantised(block: Float64Array, steps: readonly number[]): Int32Array {
  const half = new Float64Array(64);
  const levels = new Int32Array(64);
  for (let y = 0; y < 8; y++) {
    for (let u = 0; u < 8; u++) {
      let total = 0;
      for (let x = 0; x < 8; x++) total += waves[u * 8 + x] * block[y * 8 + x];
      half[y * 8 + u] = total;
    }
  }
  for (let v = 0; v < 8; v++) {
    for (let u = 0; u < 8; u++) {
      let total = 0;
      for (let y = 0; y < 8; y++) total += waves[v * 8 + y] * half[y * 8 + u];
      const level = Math.abs(total) / steps[v * 8 + u];
      levels[v * 8 + u] = Math.sign(total) * Math.floor(level + 0.5);
    }
  }
  return levels;
}

/** Bits of a whole number's size class: how many digits its absolute value has in base 2. */
function digits(value: number): number {
  return 32 - Math.clz32(Math.abs(value));
}

function blockBits(levels: Int32Array, first: number, kind: Kind): number {
  const lengths = otherLengths[kind];
  let bits = firstLengths[kind][digits(first)] + digits(first);
  let zeros = 0;
  for (let i = 1; i < 64; i++) {
    const level = levels[zigzag[i]];
    if (level === 0) {
      zeros += 1;
      continue;
    }
    // Sixteen zeros have a code of their own.
    bits += lengths[0xf0] * (zeros >> 4) + lengths[((zeros & 15) << 4) | digits(level)] + digits(level);
    zeros = 0;
  }
  return zeros > 0 ? bits + lengths[0] : bits;
}
