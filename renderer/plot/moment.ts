import type { Cloud } from "../../shared/plot.ts";

/**
 * Where the points of a cloud are at a time.
 * @param time 0 = the first moment, moments − 1 = the last; between two, points are on the straight line
 * @returns [count, 2]
 */
export function pointsAt({ xy, count, moments }: Cloud, time: number): Float32Array {
  const points = new Float32Array(count * 2);
  const clamped = Math.min(Math.max(time, 0), moments - 1);
  const from = Math.floor(clamped);
  const share = clamped - from;
  const start = from * count * 2;
  if (share === 0) {
    points.set(xy.subarray(start, start + count * 2));
    return points;
  }
  const next = start + count * 2;
  for (let i = 0; i < points.length; i++) points[i] = xy[start + i]! * (1 - share) + xy[next + i]! * share;
  return points;
}

/** Noise level at a time, between two moments on the straight line; null where it is not known. */
export function sigmaAt({ sigmas, moments }: Cloud, time: number): number | null {
  if (sigmas === null) return null;
  const clamped = Math.min(Math.max(time, 0), moments - 1);
  const from = Math.floor(clamped);
  const share = clamped - from;
  return sigmas[from]! * (1 - share) + (sigmas[from + 1] ?? 0) * share;
}

/** Numbers of at most `wanted` points, evenly among all: those whose paths are drawn. */
export function chosenPoints(count: number, wanted: number): number[] {
  const shown = Math.min(count, wanted);
  return Array.from({ length: shown }, (_, i) => Math.floor((i * count) / shown));
}

/** The path of one point up to a time: x0 y0 x1 y1 …, its last point on the line to the next moment. */
export function pathOf(cloud: Cloud, point: number, time: number): Float32Array {
  const { xy, count, moments } = cloud;
  const clamped = Math.min(Math.max(time, 0), moments - 1);
  const whole = Math.floor(clamped);
  const share = clamped - whole;
  const path = new Float32Array(2 * (whole + (share > 0 ? 2 : 1)));
  for (let moment = 0; moment <= whole; moment++) {
    path[2 * moment] = xy[(moment * count + point) * 2]!;
    path[2 * moment + 1] = xy[(moment * count + point) * 2 + 1]!;
  }
  if (share > 0) {
    for (const axis of [0, 1]) {
      const [a, b] = [xy[(whole * count + point) * 2 + axis]!, xy[((whole + 1) * count + point) * 2 + axis]!];
      path[2 * (whole + 1) + axis] = a * (1 - share) + b * share;
    }
  }
  return path;
}
