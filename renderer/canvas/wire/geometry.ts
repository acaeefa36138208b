import type { Point } from "../../../shared/workflow/workflow.ts";

/**
 * Length of the horizontal tangent at both ends of a wire, in canvas pixels.
 * @param dx how far the wire runs to the right; negative where it runs back
 */
export function tangent(dx: number): number {
  if (dx < 0) return 60 - 0.25 * dx;
  return Math.min(110, Math.max(20, 0.5 * dx));
}

/** SVG path of a wire through its reroute points, one cubic for each stretch, horizontal at every point. */
export function wirePath(from: Point, to: Point, via: readonly Point[] = []): string {
  const points = [...via, to];
  let last = from;
  let path = `M ${from.x} ${from.y}`;
  for (const point of points) {
    const reach = tangent(point.x - last.x);
    path += ` C ${last.x + reach} ${last.y} ${point.x - reach} ${point.y} ${point.x} ${point.y}`;
    last = point;
  }
  return path;
}

/** The points that a path made by `wirePath` runs through, from end to end. */
export function pathPoints(path: string): Point[] {
  return path.split("C").map((stretch) => {
    const [x = 0, y = 0] = (stretch.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).slice(-2).map(Number);
    return { x, y };
  });
}

/** Where a new reroute point belongs among the present ones: the stretch of the wire that passes closest to it. */
export function stretchAt(point: Point, from: Point, to: Point, via: readonly Point[] = []): number {
  const points = [from, ...via, to];
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index + 1 < points.length; index++) {
    const distance = distanceToStretch(point, points[index]!, points[index + 1]!);
    if (distance < least) {
      least = distance;
      best = index;
    }
  }
  return best;
}

/** Canvas pixels from a place to a wire, about. */
export function distanceToWire(point: Point, points: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index + 1 < points.length; index++)
    least = Math.min(least, distanceToStretch(point, points[index]!, points[index + 1]!));
  return least;
}

const samples = 16;

function distanceToStretch(point: Point, from: Point, to: Point): number {
  const reach = tangent(to.x - from.x);
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index <= samples; index++) {
    const t = index / samples;
    const x = bezier(t, from.x, from.x + reach, to.x - reach, to.x);
    const y = bezier(t, from.y, from.y, to.y, to.y);
    least = Math.min(least, Math.hypot(point.x - x, point.y - y));
  }
  return least;
}

function bezier(t: number, a: number, b: number, c: number, d: number): number {
  const s = 1 - t;
  return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
}
