import type { CurvePoint, Interpolation } from "./curveValue.ts";

/**
 * The function through points of rising x: constant beyond the first and the last. `monotone` is the cubic that never
 * leaves the range between two neighbours (Fritsch and Carlson, 1980, doi:10.1137/0717021), `linear` joins them, `step`
 * keeps the value of the last point at or before x. Between equal values each is exactly that value.
 */
export function interpolate(kind: Interpolation, points: readonly CurvePoint[]): (x: number) => number {
  const slopes = kind === "monotone" ? monotoneSlopes(points) : [];
  return (x) => {
    const i = placeBefore(points, x);
    const [x0, y0] = points[Math.max(0, i)]!;
    const next = points[i + 1];
    if (i < 0 || next === undefined || kind === "step" || x === x0) return y0;
    const [x1, y1] = next;
    const width = x1 - x0;
    const t = (x - x0) / width;
    if (kind === "linear") return y0 + t * (y1 - y0);
    const bend = width * t * (1 - t) * ((1 - t) * slopes[i]! - t * slopes[i + 1]!);
    return y0 + t * t * (3 - 2 * t) * (y1 - y0) + bend;
  };
}

/** Index of the last point at or before x, -1 if there is none. */
function placeBefore(points: readonly CurvePoint[], x: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Slopes at the points, limited to a circle of radius 3 around the secants, so that no piece overshoots. */
function monotoneSlopes(points: readonly CurvePoint[]): number[] {
  const secants = points.slice(1).map(([x, y], i) => (y - points[i]![1]) / (x - points[i]![0]));
  const slopes = points.map((_, i) => {
    const [left, right] = [secants[i - 1] ?? secants[i], secants[i] ?? secants[i - 1]];
    return left === undefined || right === undefined || left * right <= 0 ? 0 : (left + right) / 2;
  });
  secants.forEach((secant, i) => {
    if (secant === 0) return;
    const [a, b] = [slopes[i]! / secant, slopes[i + 1]! / secant];
    const length = Math.hypot(a, b);
    if (length <= 3) return;
    slopes[i] = (3 * a * secant) / length;
    slopes[i + 1] = (3 * b * secant) / length;
  });
  return slopes;
}
