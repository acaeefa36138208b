import type { Scale } from "./scale.ts";

export type Point = readonly [x: number, y: number];

/** One line of a chart. */
export interface Series {
  readonly name: string;
  /** A CSS colour. */
  readonly hue: string;
  /** By x, in either direction. A y of NaN is a gap. */
  readonly points: readonly Point[];
  /** Drawn for comparison: thinner, dashed and fainter, without a place in the legend. */
  readonly isEarlier?: boolean;
  /** Shades the area to 0, or to the edge nearest to it. */
  readonly isFilled?: boolean;
}

/** The SVG path of a line; a point between two gaps is a dot of no length, which a round cap shows. */
export function linePath(points: readonly Point[], x: Scale, y: Scale): string {
  return runsOf(points, x, y)
    .map((run) => (run.length === 1 ? `M${run[0]}h0` : `M${run.join("L")}`))
    .join("");
}

/** The SVG path of the area between a line and the pixel `floor`. */
export function areaPath(points: readonly Point[], x: Scale, y: Scale, floor: number): string {
  return runsOf(points, x, y)
    .filter((run) => run.length > 1)
    .map((run) => `M${run[0]?.[0]},${floor}L${run.join("L")}L${run.at(-1)?.[0]},${floor}Z`)
    .join("");
}

/** Stretches without gaps, in pixels of a tenth. */
function runsOf(points: readonly Point[], x: Scale, y: Scale): (readonly [number, number])[][] {
  const runs: (readonly [number, number])[][] = [];
  let isOpen = false;
  for (const [valueX, valueY] of points) {
    const place = [tenth(x.at(valueX)), tenth(y.at(valueY))] as const;
    const isGap = !place.every(Number.isFinite);
    if (isGap) isOpen = false;
    else if (isOpen) runs.at(-1)?.push(place);
    else {
      runs.push([place]);
      isOpen = true;
    }
  }
  return runs;
}

function tenth(pixel: number): number {
  return Math.round(pixel * 10) / 10;
}

/** The point of a line that stands nearest to an x on the axis; undefined if the line has none. */
export function nearestPoint(points: readonly Point[], at: number, x: Scale): Point | undefined {
  const wanted = x.at(at);
  let best: Point | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const distance = Math.abs(x.at(point[0]) - wanted);
    if (distance >= least || Number.isNaN(point[1])) continue;
    best = point;
    least = distance;
  }
  return best;
}

/** Least and greatest y of all lines; null while there is none. */
export function extentOf(series: readonly Series[]): readonly [number, number] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { points } of series) {
    for (const [, y] of points) {
      if (!Number.isFinite(y)) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  return low > high ? null : [low, high];
}
