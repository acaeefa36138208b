import type { Curve } from "../denoiser.ts";
import { axisValue, timeOf } from "./axis.ts";
import type { CurvePoint, CurveValue } from "./curveValue.ts";
import { interpolate } from "./interpolate.ts";

/** The value of a drawn curve along its axis: x is a fraction, a sigma or a log-SNR; beyond the points it is constant. */
export function alongAxis({ over, interpolation, points }: CurveValue): (x: number) => number {
  const timed = points.map(([x, y]): CurvePoint => [timeOf(over, x), y]);
  if (over === "sigma") timed.reverse();
  const along = interpolate(interpolation, timed);
  return (x) => along(timeOf(over, x));
}

/** A parameter's value, a number or a drawn curve, as the function that nodes read. */
export function curveOf(value: number | CurveValue): Curve {
  if (typeof value === "number") return () => value;
  const along = alongAxis(value);
  return (at) => along(axisValue(value.over, at));
}
