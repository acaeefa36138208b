import { sizeOf, type Tensor } from "../tensor/tensor.ts";
import { filterSpectrum } from "./fourier.ts";

/**
 * White unit noise with a power spectrum proportional to 1 / f^alpha over the last two axes (Timmer and König, 1995): each
 * frequency's amplitude times f^(−alpha / 2), f in cycles per cell, scaled so that each value has variance 1 in
 * expectation. The mean counts as the lowest frequency there is. Two axes or fewer, or 1 × 1 cells, stay as they are.
 */
export function powerLaw(white: Tensor, alpha: number): Tensor {
  const [height, width] = white.shape.slice(-2);
  const size = height * width;
  if (alpha === 0 || white.shape.length < 3 || size === 1) return white;
  const gains = gainsOf(height, width, alpha);
  const data = white.data.slice();
  const planes = sizeOf(white.shape.slice(1, -2));
  for (let sample = 0; sample < white.shape[0]; sample++) {
    for (let plane = 0; plane < planes; plane += 2) {
      const start = (sample * planes + plane) * size;
      filterPair(data, start, plane + 1 < planes ? start + size : null, { height, width, gains });
    }
  }
  return { data, shape: white.shape };
}

/** Two real planes as real and imaginary part: the gains are the same for f and −f, so they do not mix. */
function filterPair(
  data: Tensor["data"],
  first: number,
  second: number | null,
  { height, width, gains }: { readonly height: number; readonly width: number; readonly gains: Float64Array },
): void {
  const size = height * width;
  const plane = { re: Float64Array.from(data.subarray(first, first + size)), im: new Float64Array(size) };
  if (second !== null) plane.im.set(data.subarray(second, second + size));
  filterSpectrum(plane, height, width, gains);
  data.set(plane.re, first);
  if (second !== null) data.set(plane.im, second);
}

function gainsOf(height: number, width: number, alpha: number): Float64Array {
  const square = (k: number, n: number) => (Math.min(k, n - k) / n) ** 2;
  const lowest = 1 / Math.max(height, width) ** 2;
  const gains = Float64Array.from({ length: height * width }, (_, i) => {
    const frequency = square(Math.floor(i / width), height) + square(i % width, width);
    return Math.exp((-alpha / 4) * Math.log(Math.max(frequency, lowest)));
  });
  const power = gains.reduce((sum, gain) => sum + gain ** 2, 0) / gains.length;
  return gains.map((gain) => gain / Math.sqrt(power));
}
