import { type AxisMap, axisMap } from "./axis.ts";

/** Place of an index beyond the ends of n entries, mirrored without repeating the end. */
export function mirrored(i: number, n: number): number {
  if (n === 1) return 0;
  const period = 2 * (n - 1);
  const at = ((i % period) + period) % period;
  return at < n ? at : period - at;
}

const binomial = [1, 4, 6, 4, 1].map((weight) => weight / 16);

function blurRow(i: number, n: number): number[] {
  const row = new Array<number>(n).fill(0);
  for (const [k, weight] of binomial.entries()) row[mirrored(i + k - 2, n)] += weight;
  return row;
}

/** Half of n entries, rounded up: blurred by (1, 4, 6, 4, 1) / 16 with mirrored ends, then every second one. */
export function pyramidDown(n: number): AxisMap {
  return axisMap(Array.from({ length: Math.ceil(n / 2) }, (_, i) => blurRow(2 * i, n)));
}

/** n entries from half as many, rounded up: twice as many by linear interpolation, then blurred as on the way down. */
export function pyramidUp(n: number): AxisMap {
  const half = Math.ceil(n / 2);
  const doubled = Array.from({ length: 2 * half }, (_, i) => {
    const row = new Array<number>(half).fill(0);
    const at = Math.min(half - 1, Math.max(0, i / 2 - 0.25));
    const low = Math.floor(at);
    row[low] += 1 - (at - low);
    row[Math.min(half - 1, low + 1)] += at - low;
    return row;
  });
  return axisMap(Array.from({ length: n }, (_, i) => mixed(doubled, blurRow(i, 2 * half))));
}

function mixed(rows: readonly number[][], weights: readonly number[]): number[] {
  return rows[0].map((_, j) => weights.reduce((sum, weight, i) => sum + weight * rows[i][j], 0));
}

/** Keeps the `count` lowest frequencies of n entries, in the cosine transform of mirrored ends (DCT-II). */
export function cosineLowPass(n: number, count: number): AxisMap {
  const places = Array.from({ length: n }, (_, i) => i);
  const waves = Array.from({ length: count }, (_, k) =>
    places.map((i) => Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * k * (2 * i + 1)) / (2 * n))),
  );
  return axisMap(places.map((i) => places.map((j) => waves.reduce((sum, wave) => sum + wave[i] * wave[j], 0))));
}

/**
 * Keeps the frequencies −cutoff to cutoff − 1 of n entries, in the Fourier transform of a closed circle. The band is not
 * symmetric, so the map is complex: its real and its imaginary part.
 */
export function fourierLowPass(n: number, cutoff: number): { readonly real: AxisMap; readonly imaginary: AxisMap } {
  const half = Math.min(cutoff, Math.floor(n / 2));
  const part = (wave: (angle: number) => number) => {
    const kernel = Array.from({ length: n }, (_, distance) => {
      let total = 0;
      for (let k = -half; k < half; k++) total += wave((2 * Math.PI * k * distance) / n);
      return total / n;
    });
    return axisMap(Array.from({ length: n }, (_, i) => kernel.map((_, j) => kernel[(i - j + n) % n])));
  };
  return { real: part(Math.cos), imaginary: part(Math.sin) };
}
