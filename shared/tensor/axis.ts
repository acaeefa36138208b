import { traced } from "./kernel.ts";
import { allocate, dtypeOf, sizeOf, type Tensor } from "./tensor.ts";

/** One entry of a mapped axis: Σ weights[k] · x[start + k]. */
interface Band {
  readonly start: number;
  readonly weights: readonly number[];
}

/** A linear map along an axis, from `from` entries to as many as there are bands. */
export interface AxisMap {
  readonly from: number;
  readonly bands: readonly Band[];
}

/** The map of a matrix given by its rows; runs of zeros at the ends of a row cost nothing. */
export function axisMap(rows: readonly (readonly number[])[]): AxisMap {
  const bands = rows.map((row) => {
    const start = Math.max(
      0,
      row.findIndex((weight) => weight !== 0),
    );
    return { start, weights: row.slice(start, row.findLastIndex((weight) => weight !== 0) + 1) };
  });
  return { from: rows[0]?.length ?? 0, bands };
}

/** The map whose matrix is the transposed one. */
function transposed({ from, bands }: AxisMap): AxisMap {
  const rows = Array.from({ length: from }, () => new Array<number>(bands.length).fill(0));
  for (const [i, { start, weights }] of bands.entries())
    for (const [k, weight] of weights.entries()) rows[start + k][i] = weight;
  return axisMap(rows);
}

/**
 * A linear map along one axis (blurs, pyramids, transforms of separable kind), sums in double. Throws if the axis does not
 * have the map's length.
 */
export function alongAxis(x: Tensor, axis: number, map: AxisMap): Tensor {
  if (x.shape[axis] !== map.from)
    throw new RangeError(`An axis of ${x.shape[axis]} does not fit a map of ${map.from}.`);
  const inner = sizeOf(x.shape.slice(axis + 1));
  const outer = sizeOf(x.shape.slice(0, axis));
  const shape = x.shape.with(axis, map.bands.length);
  const data = allocate(dtypeOf(x), sizeOf(shape));
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const { start, weights } of map.bands) {
      const base = (o * map.from + start) * inner;
      for (let j = 0; j < inner; j++) data[at++] = weighted(x.data, weights, base + j, inner);
    }
  }
  return traced("alongAxis", [x], { data, shape }, (g) => [alongAxis(g, axis, transposed(map))]);
}

function weighted(values: Tensor["data"], weights: readonly number[], from: number, stride: number): number {
  let total = 0;
  let at = from;
  for (let k = 0; k < weights.length; k++, at += stride) total += weights[k] * values[at];
  return total;
}

/** Sum over the channels of [B, C, …]: [B, 1, …]. */
export function sumChannels(x: Tensor): Tensor {
  const row = new Array<number>(x.shape[1]).fill(1);
  return alongAxis(x, 1, axisMap([row]));
}

/** One channel [B, 1, …] in each of `channels` channels. */
export function spreadChannels(x: Tensor, channels: number): Tensor {
  return alongAxis(x, 1, axisMap(Array.from({ length: channels }, () => [1])));
}
