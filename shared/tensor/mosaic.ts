import { traced } from "./kernel.ts";
import { allocate, dtypeOf, type Tensor } from "./tensor.ts";

/** A part of one side of a plane, and how much it counts at each place; where strips overlap their weights add up to 1. */
export interface Strip {
  readonly start: number;
  readonly weights: readonly number[];
}

/**
 * A whole of overlapping tiles, [B, C, H, W]: Σ tile · weight of its row strip · weight of its column strip. Tiles
 * [B, C, h, w] lie row by row, h and w the lengths of the strips.
 */
export function mosaic(
  tiles: readonly Tensor[],
  rows: readonly Strip[],
  columns: readonly Strip[],
  shape: readonly number[],
): Tensor {
  const data = allocate(
    dtypeOf(tiles[0]),
    shape.reduce((size, side) => size * side, 1),
  );
  const each = (visit: (tile: number, part: number, whole: number, weight: number) => void) => {
    rows.forEach((row, i) => {
      columns.forEach((column, j) => {
        eachPlace(row, column, shape, visit.bind(null, i * columns.length + j));
      });
    });
  };
  each((tile, part, whole, weight) => {
    data[whole] += weight * tiles[tile].data[part];
  });
  return traced("mosaic", tiles, { data, shape }, (g) => {
    const backs = tiles.map((tile) => ({ data: allocate(dtypeOf(tile), tile.data.length), shape: tile.shape }));
    each((tile, part, whole, weight) => {
      backs[tile].data[part] = weight * g.data[whole];
    });
    return backs;
  });
}

function eachPlace(
  row: Strip,
  column: Strip,
  [batch, channels, height, width]: readonly number[],
  visit: (part: number, whole: number, weight: number) => void,
): void {
  const [h, w] = [row.weights.length, column.weights.length];
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < h; y++) {
      const [part, whole] = [(plane * h + y) * w, (plane * height + row.start + y) * width + column.start];
      for (let x = 0; x < w; x++) visit(part + x, whole + x, row.weights[y] * column.weights[x]);
    }
  }
}

/**
 * Strips that cover a side, spread evenly, each of length `most`, each overlapping its neighbours by `least` or more. The outer
 * quarter of an overlap, where a network sees the tile's edge, counts nothing; from there on weights rise linearly. All lengths are in units of `scale` places.
 */
export function stripsOf(side: number, most: number, least: number, scale = 1): Strip[] {
  if (most >= side) return [{ start: 0, weights: new Array<number>(side * scale).fill(1) }];
  const count = Math.ceil((side - least) / (most - least));
  const starts = Array.from({ length: count }, (_, i) => scale * Math.round((i * (side - most)) / (count - 1)));
  const strip = most * scale;
  const raw = starts.map((start, i) => {
    const before = i === 0 ? 0 : starts[i - 1] + strip - start;
    const after = i === count - 1 ? 0 : start + strip - starts[i + 1];
    return Array.from({ length: strip }, (_, at) => Math.min(ramp(at, before), ramp(strip - 1 - at, after)));
  });
  const sums = new Float64Array(side * scale);
  starts.forEach((start, i) => {
    raw[i].forEach((weight, at) => {
      sums[start + at] += weight;
    });
  });
  return starts.map((start, i) => ({ start, weights: raw[i].map((weight, at) => weight / sums[start + at]) }));
}

/** The weight at a distance from a strip's end that `overlap` places share with a neighbour. */
function ramp(at: number, overlap: number): number {
  const margin = Math.floor(overlap / 4);
  return Math.max(0, Math.min(1, (at + 1 - margin) / (overlap - 2 * margin + 1)));
}
