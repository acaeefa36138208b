import { type AxisMap, axisMap } from "./axis.ts";
import { mirrored } from "./axisMaps.ts";

/**
 * A filter of odd length along an axis, centred on each place: Σ kernel[k] · x[i + k − reach]. Beyond the ends the axis is
 * mirrored without repeating its end.
 */
export function filterMap(length: number, kernel: readonly number[]): AxisMap {
  const reach = (kernel.length - 1) / 2;
  const rows = Array.from({ length }, (_, i) => {
    const row = new Array<number>(length).fill(0);
    for (const [k, weight] of kernel.entries()) row[mirrored(i + k - reach, length)] += weight;
    return row;
  });
  return axisMap(rows);
}

/** Differences of neighbours, x[i + 1] − x[i]: one less than the axis has entries, none for an axis of one. */
export function differenceMap(length: number): AxisMap {
  const rows = Array.from({ length: Math.max(0, length - 1) }, (_, i) => {
    const row = new Array<number>(length).fill(0);
    row[i] = -1;
    row[i + 1] = 1;
    return row;
  });
  return { ...axisMap(rows), from: length };
}

/** The axis in reverse order. */
export function reverseMap(length: number): AxisMap {
  const rows = Array.from({ length }, (_, i) => {
    const row = new Array<number>(length).fill(0);
    row[length - 1 - i] = 1;
    return row;
  });
  return axisMap(rows);
}

/** A Gaussian of a standard deviation in pixels, cut at three of them and summing to 1; [1] for 0. */
export function gaussianKernel(deviation: number): readonly number[] {
  if (deviation === 0) return [1];
  const reach = Math.max(1, Math.ceil(3 * deviation));
  const raw = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / deviation) ** 2));
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map((value) => value / total);
}
