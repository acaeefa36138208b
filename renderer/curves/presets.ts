import { curveOf } from "../../shared/curves/curve.ts";
import { type CurvePoint, type CurveValue, type Interpolation, isCurveValue } from "../../shared/curves/curveValue.ts";
import { scheduleShapes } from "../../shared/curves/schedules.ts";
import { callsOf, usualWalk } from "../../shared/curves/walk.ts";
import type { CurveParam, ParamValue } from "../../shared/node/params.ts";

export interface CurvePreset {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly value: CurveValue;
}

const evenNinths = Array.from({ length: 9 }, (_, i) => i / 8);
const knots: Readonly<Record<string, readonly [Interpolation, readonly number[]]>> = {
  constant: ["linear", [0, 1]],
  linear: ["linear", [0, 1]],
  "inverse-linear": ["linear", [0, 1]],
  "v-shape": ["linear", [0, 0.5, 1]],
  "lambda-shape": ["linear", [0, 0.5, 1]],
};

/**
 * The published schedules of a weight as curves: shapes of arXiv:2404.13040 over the fraction of the walk (those that
 * are not made of lines are drawn through nine points), and the interval of arXiv:2404.07724 over sigma.
 * @param weight the constant that they stand for
 */
export function curvePresets(param: CurveParam, weight: number): readonly CurvePreset[] {
  const off = offValue(param);
  const limit = (y: number) => Math.min(param.max ?? y, Math.max(param.min ?? y, Number(y.toPrecision(10))));
  const shapes = scheduleShapes.map(({ id, label, about, at }): CurvePreset => {
    const [interpolation, places] = knots[id] ?? (["monotone", evenNinths] as const);
    const points = places.map((x): CurvePoint => [x, limit(off + (weight - off) * at(x, 2))]);
    return { id, label, about, value: { over: "fraction", interpolation, points } };
  });
  return [...shapes, clamped(off, weight, limit), interval(off, weight)];
}

function clamped(off: number, weight: number, limit: (y: number) => number): CurvePreset {
  const points: CurvePoint[] = [
    [0, limit(off + (weight - off) / 4)],
    [0.125, limit(off + (weight - off) / 4)],
    [1, limit(off + 2 * (weight - off))],
  ];
  const about = "Linear, but never below a quarter of the weight.";
  return {
    id: "clamp-linear",
    label: "Clamped linear",
    about,
    value: { over: "fraction", interpolation: "linear", points },
  };
}

function interval(off: number, weight: number): CurvePreset {
  const points: CurvePoint[] = [
    [0.28, off],
    [5.42, weight],
    [20, off],
  ];
  const about = "Only at middle noise levels: above 0.28, up to 5.42.";
  return { id: "interval", label: "Interval", about, value: { over: "sigma", interpolation: "step", points } };
}

/** Where a parameter does nothing: a scale at 1, an amount (which does not exceed 1) at 0. */
function offValue({ min, max }: CurveParam): number {
  const off = max === undefined || max > 1 ? 1 : 0;
  return Math.max(min ?? off, off);
}

/** The constant that a value stands for: a curve's mean over the steps of a walk, on the parameter's grid. */
export function meanOf(value: ParamValue, param: CurveParam, sigmas: readonly number[] | undefined): number {
  if (typeof value === "number") return value;
  if (!isCurveValue(value)) return 1;
  const calls = callsOf(sigmas && sigmas.length > 1 ? sigmas : usualWalk);
  const mean = calls.map(curveOf(value)).reduce((sum, y) => sum + y, 0) / calls.length;
  return Number((Math.round(mean / param.step) * param.step).toPrecision(10));
}
