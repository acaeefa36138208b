import { type CurveAxis, timeOf } from "../../shared/curves/axis.ts";
import type { CurvePoint, CurveValue } from "../../shared/curves/curveValue.ts";
import { interpolate } from "../../shared/curves/interpolate.ts";
import { usualWalk } from "../../shared/curves/walk.ts";
import { inTime } from "./points.ts";

/**
 * The same curve over another axis: each point moves to where the schedule passes it. Points that fall together, such
 * as levels beyond both ends of the walk, become one.
 * @param sigmas levels of the walk, falling; the last is where it ends and no step starts there
 */
export function changeAxis(value: CurveValue, over: CurveAxis, sigmas: readonly number[] = usualWalk): CurveValue {
  if (over === value.over) return value;
  const places = schedulePlaces(sigmas);
  const toFraction = interpolate(
    "linear",
    places.map(([fraction, time]): CurvePoint => [time, fraction]).sort(byPlace),
  );
  const toTime = interpolate("linear", places);
  const timeHere = (x: number) =>
    value.over === "fraction" ? toTime(x) : value.over === "sigma" ? timeOf("sigma", x) : x / 2;
  const there = (time: number) =>
    over === "fraction" ? toFraction(time) : over === "sigma" ? Math.exp(-time) : 2 * time;
  const points: CurvePoint[] = [];
  for (const [x, y] of inTime(value)) {
    const place = there(timeHere(x));
    const last = points[points.length - 1];
    if (last === undefined || timeOf(over, place) > timeOf(over, last[0])) points.push([place, y]);
  }
  return { ...value, over, points: over === "sigma" ? points.reverse() : points };
}

/** [fraction, -ln sigma] of each step, levels that have no logarithm left out. */
function schedulePlaces(sigmas: readonly number[]): CurvePoint[] {
  const steps = sigmas.length - 1;
  const places = sigmas
    .slice(0, -1)
    .map((sigma, step): CurvePoint => [steps > 1 ? step / (steps - 1) : 0, timeOf("sigma", sigma)])
    .filter(([, time]) => Number.isFinite(time));
  return places.length > 1 ? places : schedulePlaces(usualWalk);
}

function byPlace([a]: CurvePoint, [b]: CurvePoint): number {
  return a - b;
}
