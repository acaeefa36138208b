import { timeOf, valueAt } from "../../shared/curves/axis.ts";
import type { CurvePoint, CurveValue } from "../../shared/curves/curveValue.ts";

/** A curve after an edit, and the point to select, counted as sampling passes them. */
export interface Edited {
  readonly value: CurveValue;
  readonly index: number;
}

/** The points in the order in which sampling passes them: over sigma, from high to low. */
export function inTime({ over, points }: CurveValue): readonly CurvePoint[] {
  return over === "sigma" ? points.toReversed() : points;
}

function withPoints(value: CurveValue, passed: readonly CurvePoint[]): CurveValue {
  return { ...value, points: value.over === "sigma" ? passed.toReversed() : passed };
}

/** Adds a point at x, or moves the one that lies there already. */
export function addPoint(value: CurveValue, x: number, y: number): Edited {
  const time = timeOf(value.over, x);
  const before = inTime(value).filter(([other]) => timeOf(value.over, other) < time);
  const after = inTime(value).filter(([other]) => timeOf(value.over, other) > time);
  return { value: withPoints(value, [...before, [x, y], ...after]), index: before.length };
}

/**
 * Moves the index-th point that sampling passes. It stays between its neighbours, `gap` away from both (in the axis's
 * own time: a part of a fraction, a logarithm of sigma), and on its axis.
 */
export function movePoint(value: CurveValue, index: number, [x, y]: CurvePoint, gap: number): CurveValue {
  const points = [...inTime(value)];
  const { over } = value;
  const low = index > 0 ? timeOf(over, points[index - 1]?.[0] ?? 0) + gap : over === "fraction" ? 0 : -Infinity;
  const high =
    index < points.length - 1 ? timeOf(over, points[index + 1]?.[0] ?? 0) - gap : over === "fraction" ? 1 : Infinity;
  const time = timeOf(over, x);
  const kept = points[index]?.[0] ?? x;
  // Between close neighbours there is no room: the point keeps its place.
  const place = low > high ? kept : time < low ? valueAt(over, low) : time > high ? valueAt(over, high) : x;
  points[index] = [place, y];
  return withPoints(value, points);
}

/** Takes the index-th point away; the last one stays. */
export function removePoint(value: CurveValue, index: number): Edited {
  if (value.points.length <= 1) return { value, index: 0 };
  const points = inTime(value).filter((_, i) => i !== index);
  return { value: withPoints(value, points), index: Math.min(index, points.length - 1) };
}
