import { type CurveAxis, timeOf, valueAt } from "../../shared/curves/axis.ts";
import { alongAxis } from "../../shared/curves/curve.ts";
import type { CurveValue } from "../../shared/curves/curveValue.ts";
import { usualWalk } from "../../shared/curves/walk.ts";
import type { CurveParam } from "../../shared/node/params.ts";

/** Box of a plot in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a plot shows: places in the axis's time from left to right, values from bottom to top. */
export interface View {
  readonly over: CurveAxis;
  readonly times: readonly [number, number];
  readonly values: readonly [number, number];
  readonly box: Box;
}

/** The editor's drawing, and the plot in it. */
export const plotSize = { width: 454, height: 220 } as const;
export const plotBox: Box = { left: 38, top: 12, width: 404, height: 180 };

/** A view that holds a curve, the walk and the range where a parameter's values usually lie. */
export function viewOf(value: CurveValue, param: CurveParam, sigmas: readonly number[] | undefined, box: Box): View {
  return { over: value.over, times: timesOf(value, sigmas), values: valuesOf(value, param), box };
}

function timesOf({ over, points }: CurveValue, sigmas: readonly number[] = usualWalk): [number, number] {
  if (over === "fraction") return [0, 1];
  const levels = sigmas.slice(0, -1).filter((sigma) => sigma > 0 && Number.isFinite(sigma));
  const walk = (levels.length > 1 ? levels : usualWalk.slice(0, -1)).map((sigma) => timeOf("sigma", sigma));
  const factor = over === "logSnr" ? 2 : 1;
  const all = [...walk.map((time) => time * factor), ...points.map(([x]) => timeOf(over, x))];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = (high - low) * 0.02;
  return [low - margin, high + margin];
}

function valuesOf({ points }: CurveValue, { slider, min, max }: CurveParam): [number, number] {
  const values = points.map(([, y]) => y);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const usual = slider ?? (min !== undefined && max !== undefined && max - min <= 20 ? [min, max] : undefined);
  const low = Math.min(usual?.[0] ?? Math.min(0, least), least);
  const high = Math.max(usual?.[1] ?? most * 1.25, most);
  if (low === high) return [low - 1, high + 1];
  const room = usual === undefined || high > usual[1] || low < usual[0] ? (high - low) * 0.08 : 0;
  return [low < (usual?.[0] ?? 0) ? low - room : low, high > (usual?.[1] ?? most) ? high + room : high];
}

export function pixelX({ over, times, box }: View, x: number): number {
  const share = (timeOf(over, x) - times[0]) / (times[1] - times[0]);
  return box.left + Math.min(1, Math.max(0, share)) * box.width;
}

export function pixelY({ values, box }: View, y: number): number {
  return box.top + (1 - (y - values[0]) / (values[1] - values[0])) * box.height;
}

/** [x, value] at a pixel; x is kept inside the plot, the value is not. */
export function valueAtPixel({ over, times, values, box }: View, px: number, py: number): [number, number] {
  const share = Math.min(1, Math.max(0, (px - box.left) / box.width));
  const x = valueAt(over, times[0] + share * (times[1] - times[0]));
  return [x, values[0] + (1 - (py - box.top) / box.height) * (values[1] - values[0])];
}

/** The line of a curve as an SVG path through the whole width. */
export function curvePath(value: CurveValue, view: View): string {
  const along = alongAxis(value);
  const { left, width } = view.box;
  const places = value.points.map(([x]) => pixelX(view, x));
  const pieces = Math.max(24, Math.round(width / 3));
  const grid = value.interpolation === "step" ? [left, left + width] : evenly(left, width, pieces);
  const all = [...new Set([...grid, ...places])].sort((a, b) => a - b);
  let path = "";
  let last: number | undefined;
  for (const px of all) {
    // A pixel of a point stands for the point itself: reading it back from the pixel could miss it by rounding.
    const at = value.points[places.indexOf(px)]?.[0] ?? valueAtPixel(view, px, 0)[0];
    const py = pixelY(view, along(at));
    if (last === undefined) path = `M${short(px)} ${short(py)}`;
    else path += value.interpolation === "step" ? `H${short(px)}V${short(py)}` : `L${short(px)} ${short(py)}`;
    last = py;
  }
  return path;
}

function evenly(start: number, width: number, pieces: number): number[] {
  return Array.from({ length: pieces + 1 }, (_, i) => start + (i / pieces) * width);
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Round numbers across a range, about `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Values of the axis that a plot labels: for sigma the powers of ten and their thirds. */
export function axisTicks({ over, times }: View): number[] {
  if (over !== "sigma") return ticks(times[0], times[1], 5);
  const [high, low] = times.map((time) => valueAt("sigma", time)) as [number, number];
  const powers = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const factor of [1, 3]) powers.push(Number((factor * 10 ** power).toPrecision(3)));
  return powers.filter((sigma) => sigma >= low && sigma <= high).reverse();
}
