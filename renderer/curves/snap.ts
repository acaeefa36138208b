import { axisValue, type CurveAxis } from "../../shared/curves/axis.ts";
import type { CurvePoint } from "../../shared/curves/curveValue.ts";
import { callsOf } from "../../shared/curves/walk.ts";
import type { CurveParam } from "../../shared/node/params.ts";
import { onGrid } from "../controls/useScrub.ts";
import { pixelX, type View } from "./view.ts";

interface SnapOptions {
  readonly param: CurveParam;
  readonly sigmas: readonly number[] | undefined;
  /** No snapping: only digits that nobody would type are dropped. */
  readonly isFree: boolean;
}

/** Pixels within which a step of the walk attracts. */
const reach = 8;

/** A point moved to the nearest step of the walk, or else to the axis's grid, and to the grid and limits of the parameter. */
export function snapped([x, y]: CurvePoint, view: View, { param, sigmas, isFree }: SnapOptions): CurvePoint {
  const value = onGrid(y, isFree ? param.step / 10 : param.step);
  const limited = Math.min(param.max ?? value, Math.max(param.min ?? value, value));
  return [isFree ? onAxis(view.over, x, true) : (nearStep(x, view, sigmas) ?? onAxis(view.over, x, false)), limited];
}

function nearStep(x: number, view: View, sigmas: readonly number[] | undefined): number | undefined {
  const steps = callsOf(sigmas ?? [])
    .map((at) => axisValue(view.over, at))
    .filter((place) => Number.isFinite(place) && (view.over !== "sigma" || place > 0));
  const away = (place: number) => Math.abs(pixelX(view, place) - pixelX(view, x));
  const [nearest] = steps.sort((a, b) => away(a) - away(b));
  return nearest !== undefined && away(nearest) <= reach ? nearest : undefined;
}

function onAxis(over: CurveAxis, x: number, isFine: boolean): number {
  if (over === "sigma") return Number(x.toPrecision(isFine ? 4 : 2));
  const grid = over === "fraction" ? 0.01 : 0.1;
  return onGrid(x, isFine ? grid / 10 : grid);
}
