import { type CurveAxis, curveAxes } from "./axis.ts";

/** How a curve goes from one point to the next. */
export const interpolations = ["monotone", "linear", "step"] as const;

export type Interpolation = (typeof interpolations)[number];

/** [x on the axis, value] */
export type CurvePoint = readonly [number, number];

/** A drawn curve, as a document stores it in the place of a number. Points have rising x. */
export type CurveValue = {
  readonly over: CurveAxis;
  readonly interpolation: Interpolation;
  readonly points: readonly CurvePoint[];
};

/** Whether a parameter's value is a curve and not a number (its parts may still be refused). */
export function isCurveValue(value: unknown): value is CurveValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A sentence why an object is no curve, or null. `label` opens the sentence. */
export function refuseCurve(label: string, value: object): string | null {
  const { over, interpolation, points } = value as Record<string, unknown>;
  if (!isOneOf(curveAxes, over)) return `${label} is a curve ${choice("over", over)} It takes ${curveAxes.join(", ")}.`;
  if (!isOneOf(interpolations, interpolation))
    return `${label} is a curve ${choice("interpolation", interpolation)} It takes ${interpolations.join(", ")}.`;
  if (!Array.isArray(points) || points.length === 0)
    return `${label} is a curve without points. Give it at least one, as [x, value].`;
  for (const [index, point] of points.entries()) {
    const sentence = refusePoint(over, point, points[index - 1]);
    if (sentence) return `${label} is a curve whose point ${index + 1} ${sentence}`;
  }
  return null;
}

function refusePoint(over: CurveAxis, point: unknown, before: unknown): string | null {
  if (!Array.isArray(point) || point.length !== 2 || !point.every(Number.isFinite))
    return "is not a pair of finite numbers. Write [x, value].";
  const [x] = point as [number, number];
  if (over === "fraction" && (x < 0 || x > 1))
    return `lies at ${x}. Fractions go from 0 (the first step) to 1 (the last).`;
  if (over === "sigma" && x <= 0)
    return `lies at ${x}. Noise levels lie above 0; the lowest point also holds for all levels below it.`;
  if (before !== undefined && x <= (before as CurvePoint)[0])
    return "does not lie beyond the one before it. Sort the points by x, each place once.";
  return null;
}

function isOneOf<T extends string>(all: readonly T[], value: unknown): value is T {
  return all.includes(value as T);
}

function choice(field: string, value: unknown): string {
  return typeof value === "string" ? `with ${field} “${value.slice(0, 40)}”.` : `without “${field}”.`;
}
