import { type Mixture, weightsUnder } from "../../shared/testbed/mixture.ts";
import { Posterior } from "../../shared/testbed/posterior.ts";

/** Mean and covariance of a distribution in the plane. */
export interface Moments {
  readonly mean: readonly [x: number, y: number];
  readonly covariance: readonly [xx: number, xy: number, yy: number];
}

/** Mean and covariance (divided by n) of points x0 y0 x1 y1 …; points that are not finite are left out. */
export function momentsOf(xy: Float32Array | Float64Array): Moments & { readonly count: number } {
  const sums = [0, 0, 0, 0, 0];
  let count = 0;
  for (let i = 0; i + 1 < xy.length; i += 2) {
    const [x, y] = [xy[i], xy[i + 1]];
    if (!Number.isFinite(x + y)) continue;
    count++;
    sums[0] += x;
    sums[1] += y;
    sums[2] += x * x;
    sums[3] += x * y;
    sums[4] += y * y;
  }
  const [x, y, xx, cross, yy] = sums.map((sum) => sum / count);
  return { count, mean: [x, y], covariance: [xx - x * x, cross - x * y, yy - y * y] };
}

/** Mean and covariance of a mixture in the plane under weights [K] that add up to 1. */
export function exactMoments({ gaussians }: Mixture, weights: ArrayLike<number>): Moments {
  const sums = [0, 0, 0, 0, 0];
  gaussians.forEach(({ mean: [x, y], variances: [u, v], basis }, k) => {
    const [a, b, c, d] = basis ?? [1, 0, 0, 1];
    sums[0] += weights[k] * x;
    sums[1] += weights[k] * y;
    sums[2] += weights[k] * (x * x + u * a * a + v * c * c);
    sums[3] += weights[k] * (x * y + u * a * b + v * c * d);
    sums[4] += weights[k] * (y * y + u * b * b + v * d * d);
  });
  const [x, y, xx, cross, yy] = sums;
  return { mean: [x, y], covariance: [xx - x * x, cross - x * y, yy - y * y] };
}

/** Noise level at which a point is given to its most likely Gaussian: small beside any spread, but not 0. */
const nearly = 1e-6;

/** Share of the points that most likely belong to each label of a mixture, by label. Each point counts for one label. */
export function sharesOf(mixture: Mixture, xy: Float32Array | Float64Array): Map<string, number> {
  const posterior = new Posterior(mixture, nearly);
  const weights = weightsUnder(mixture, "")!;
  const points = Float64Array.from(xy);
  const counts = new Map(mixture.gaussians.map(({ label }) => [label, 0]));
  for (let i = 0; i + 1 < points.length; i += 2) {
    if (!Number.isFinite(points[i] + points[i + 1])) continue;
    posterior.look(points, i, weights, 0);
    const label = likeliest(mixture, posterior.shares);
    counts.set(label, counts.get(label)! + 1);
  }
  return new Map([...counts].map(([label, count]) => [label, count / (points.length / 2)]));
}

function likeliest({ gaussians }: Mixture, shares: Float64Array): string {
  const byLabel = new Map<string, number>();
  for (const [k, { label }] of gaussians.entries()) byLabel.set(label, (byLabel.get(label) ?? 0) + shares[k]);
  return [...byLabel].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}
