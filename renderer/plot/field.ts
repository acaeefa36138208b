import type { Box, Ellipse, Guided } from "../../shared/plot.ts";

/** What a raster of the exact distribution is asked for with. */
export interface FieldRequest {
  readonly exact: readonly Ellipse[];
  readonly guided: Guided | undefined;
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

/** p and its score under noise, at one place. */
interface Local {
  /** log p(x; sigma), up to a factor that is the same everywhere. */
  log: number;
  sx: number;
  sy: number;
}

type Look = (x: number, y: number) => Local;

interface Widened {
  readonly center: readonly [number, number];
  /** log of weight / (2π √det). */
  readonly offset: number;
  /** Inverse covariance: xx, xy, yy. */
  readonly inverse: readonly [number, number, number];
}

function widened({ center, axes: [ux, uy, vx, vy] }: Ellipse, weight: number, sigma: number): Widened {
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

/** Density and score of a mixture, also far away from all its Gaussians: logarithms are shifted by their largest. */
function lookOf(exact: readonly Ellipse[], weights: readonly number[], sigma: number): Look {
  const parts = exact.flatMap((one, k) => (weights[k]! > 0 ? [widened(one, weights[k]!, sigma)] : []));
  const logs = new Float64Array(parts.length);
  const local: Local = { log: 0, sx: 0, sy: 0 };
  return (x, y) => {
    const top = logDensities(parts, x, y, logs);
    let [sum, sx, sy] = [0, 0, 0];
    for (const [k, { center, inverse }] of parts.entries()) {
      const share = Math.exp(logs[k]! - top);
      const [ax, ay] = [center[0] - x, center[1] - y];
      sum += share;
      sx += share * (inverse[0] * ax + inverse[1] * ay);
      sy += share * (inverse[1] * ax + inverse[2] * ay);
    }
    local.log = top + Math.log(sum);
    local.sx = sx / sum;
    local.sy = sy / sum;
    return local;
  };
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

/** What guidance aims at: logarithms and scores are extrapolated from the whole through the part. */
function guidedLook(exact: readonly Ellipse[], { weights, power }: Guided, sigma: number): Look {
  const part = lookOf(exact, weights, sigma);
  if (power === 1) return part;
  const whole = lookOf(
    exact,
    exact.map(({ weight }) => weight),
    sigma,
  );
  const mix = (a: number, b: number) => power * a + (1 - power) * b;
  return (x, y) => {
    const [a, b] = [part(x, y), whole(x, y)];
    return { log: mix(a.log, b.log), sx: mix(a.sx, b.sx), sy: mix(a.sy, b.sy) };
  };
}

/** Density and score of an exact distribution under noise on a raster; of what guidance aims at, up to a factor. */
export function fieldOf({ exact, guided, sigma, box, columns, rows }: FieldRequest): FieldGrid {
  const look = guided
    ? guidedLook(exact, guided, sigma)
    : lookOf(
        exact,
        exact.map(({ weight }) => weight),
        sigma,
      );
  const density = new Float32Array(rows * columns);
  const score = new Float32Array(rows * columns * 2);
  const logs = new Float64Array(density.length);
  const [dx, dy] = [(box.x[1] - box.x[0]) / columns, (box.y[1] - box.y[0]) / rows];
  for (let i = 0; i < density.length; i++) {
    const x = box.x[0] + ((i % columns) + 0.5) * dx;
    const y = box.y[1] - (Math.floor(i / columns) + 0.5) * dy;
    const { log, sx, sy } = look(x, y);
    logs[i] = log;
    score[2 * i] = sx;
    score[2 * i + 1] = sy;
  }
  // A power of a density may be too large or too small for a number: only its shape is shown.
  const shift = guided && guided.power !== 1 ? logs.reduce((most, log) => Math.max(most, log)) : 0;
  for (let i = 0; i < density.length; i++) density[i] = Math.exp(logs[i]! - shift);
  return { box, columns, rows, density, score };
}
