import type { Box, Ellipse } from "../../shared/plot.ts";

/** What a raster of the exact distribution is asked for with. */
export interface FieldRequest {
  readonly exact: readonly Ellipse[];
  /** Noise level: every Gaussian is widened by it. */
  readonly sigma: number;
  readonly box: Box;
  readonly columns: number;
  readonly rows: number;
}

/** Density and score at the centres of cells, the first row at the top. */
export interface FieldGrid extends Pick<FieldRequest, "box" | "columns" | "rows"> {
  /** p(x; sigma), [rows · columns] */
  readonly density: Float32Array;
  /** ∇ log p(x; sigma), [rows · columns, 2] */
  readonly score: Float32Array;
}

interface Widened {
  readonly center: readonly [number, number];
  /** log of weight / (2π √det). */
  readonly offset: number;
  /** Inverse covariance: xx, xy, yy. */
  readonly inverse: readonly [number, number, number];
}

function widened({ center, axes: [ux, uy, vx, vy], weight }: Ellipse, sigma: number): Widened {
  // A Gaussian that is flat to a line has no density of its own: the least width keeps it in sight.
  const noise = Math.max(sigma * sigma, 1e-8);
  const [xx, xy, yy] = [ux * ux + vx * vx + noise, ux * uy + vx * vy, uy * uy + vy * vy + noise];
  const det = xx * yy - xy * xy;
  return {
    center,
    offset: Math.log(weight) - Math.log(2 * Math.PI) - Math.log(det) / 2,
    inverse: [yy / det, -xy / det, xx / det],
  };
}

/**
 * Density and score of a mixture under noise on a raster. Logarithms are shifted by their largest, so that the score is
 * right far away from every Gaussian too.
 */
export function fieldOf({ exact, sigma, box, columns, rows }: FieldRequest): FieldGrid {
  const parts = exact.filter(({ weight }) => weight > 0).map((one) => widened(one, sigma));
  const density = new Float32Array(rows * columns);
  const score = new Float32Array(rows * columns * 2);
  const [dx, dy] = [(box.x[1] - box.x[0]) / columns, (box.y[1] - box.y[0]) / rows];
  const logs = new Float64Array(parts.length);
  for (let i = 0; i < density.length; i++) {
    const x = box.x[0] + ((i % columns) + 0.5) * dx;
    const y = box.y[1] - (Math.floor(i / columns) + 0.5) * dy;
    const top = logDensities(parts, x, y, logs);
    let [sum, sx, sy] = [0, 0, 0];
    for (const [k, { center, inverse }] of parts.entries()) {
      const share = Math.exp(logs[k]! - top);
      const [ax, ay] = [center[0] - x, center[1] - y];
      sum += share;
      sx += share * (inverse[0] * ax + inverse[1] * ay);
      sy += share * (inverse[1] * ax + inverse[2] * ay);
    }
    density[i] = sum * Math.exp(top);
    score[2 * i] = sx / sum;
    score[2 * i + 1] = sy / sum;
  }
  return { box, columns, rows, density, score };
}

function logDensities(parts: readonly Widened[], x: number, y: number, into: Float64Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const [k, { center, inverse, offset }] of parts.entries()) {
    const [ax, ay] = [center[0] - x, center[1] - y];
    const log = offset - (inverse[0] * ax * ax + 2 * inverse[1] * ax * ay + inverse[2] * ay * ay) / 2;
    into[k] = log;
    if (log > top) top = log;
  }
  return top;
}
