import { addBack, project } from "./basis.ts";
import type { Gaussian, Mixture } from "./mixture.ts";

/** What a noise level makes of one Gaussian. */
interface Level {
  /** −½ log det(S + sigma²), up to a term that all Gaussians of the level share. */
  offset: number;
  /** 1 / √(λ + sigma²) along the axes. */
  readonly inverse: Float64Array;
  /** λ / (λ + sigma²) along the axes. */
  readonly shrink: Float64Array;
}

/**
 * A mixture seen through noise, for one sample after the other. Any sigma is fine, infinity included (0 if no variance
 * is 0): logarithms are shifted by their largest, and nothing is squared that may overflow. Arrays are its own: read
 * them before the next call of `look`.
 */
export class Posterior {
  readonly mixture: Mixture;
  /** Probability of each Gaussian given the noisy sample, [K]. */
  readonly shares: Float64Array;
  /** E[x0 | x, k], [K, d]. */
  readonly means: Float64Array;
  /** E[x0 | x], [d]. */
  readonly mean: Float64Array;
  /** Log density of the noisy sample. */
  logDensity = 0;
  #sigma = Number.NaN;
  /** Log density that every level's offset is short of. */
  #base = 0;
  readonly #smallest: number;
  readonly #levels: readonly Level[];
  readonly #along: Float64Array;

  constructor(mixture: Mixture, sigma: number) {
    const { size, gaussians } = mixture;
    this.mixture = mixture;
    this.shares = new Float64Array(gaussians.length);
    this.means = new Float64Array(gaussians.length * size);
    this.mean = new Float64Array(size);
    this.#along = new Float64Array(size);
    this.#smallest = gaussians.reduce((low, one) => one.variances.reduce((a, b) => Math.min(a, b), low), Infinity);
    const level = () => ({ offset: 0, inverse: new Float64Array(size), shrink: new Float64Array(size) });
    this.#levels = gaussians.map(level);
    this.at(sigma);
  }

  /** The noise level of the looks to come. */
  at(sigma: number): void {
    if (sigma === this.#sigma) return;
    this.#sigma = sigma;
    const noise = sigma * sigma;
    const { gaussians, size } = this.mixture;
    this.#base = (-size / 2) * Math.log(2 * Math.PI * (this.#smallest + noise));
    for (let k = 0; k < gaussians.length; k++) setLevel(this.#levels[k], gaussians[k], noise, this.#smallest);
  }

  get sigma(): number {
    return this.#sigma;
  }

  /** Share of a variance that remains known, λ / (λ + sigma²), along the axes of Gaussian k: [d]. */
  shrink(k: number): Float64Array {
    return this.#levels[k].shrink;
  }

  /** 1 / √(λ + sigma²) along the axes of Gaussian k: [d]. */
  inverse(k: number): Float64Array {
    return this.#levels[k].inverse;
  }

  /** Looks at the sample x[start…] under weights [K] that start at `row`. */
  look(x: Float64Array, start: number, weights: Float64Array, row: number): void {
    const { shares } = this;
    let top = -Infinity;
    for (let k = 0; k < shares.length; k++) {
      // Weights that are not above 0 switch a Gaussian off.
      shares[k] = weights[row + k] > 0 ? Math.log(weights[row + k]) + this.#lookAt(k, x, start) : -Infinity;
      if (shares[k] > top) top = shares[k];
    }
    let total = 0;
    for (let k = 0; k < shares.length; k++) {
      shares[k] = shares[k] === -Infinity ? 0 : Math.exp(shares[k] - top);
      total += shares[k];
    }
    for (let k = 0; k < shares.length; k++) shares[k] /= total;
    this.logDensity = this.#base + top + Math.log(total);
    this.#average();
  }

  #average(): void {
    const { mean, means, shares } = this;
    const size = mean.length;
    mean.fill(0);
    for (let k = 0; k < shares.length; k++) {
      if (shares[k] === 0) continue;
      for (let i = 0; i < size; i++) mean[i] += shares[k] * means[k * size + i];
    }
  }

  /** Log density of x under Gaussian k, up to a shared term; fills the row of `means`. */
  #lookAt(k: number, x: Float64Array, start: number): number {
    const { mean, basis } = this.mixture.gaussians[k];
    const { offset, inverse, shrink } = this.#levels[k];
    const size = mean.length;
    const along = this.#along;
    let squares = 0;
    if (basis) project(basis, x, start, along, mean);
    for (let i = 0; i < size; i++) {
      const y = basis ? along[i] : x[start + i] - mean[i];
      squares += (y * inverse[i]) ** 2;
      along[i] = shrink[i] * y;
    }
    for (let i = 0; i < size; i++) this.means[k * size + i] = mean[i] + (basis ? 0 : along[i]);
    if (basis) addBack(basis, along, this.means, k * size);
    return offset - squares / 2;
  }
}

function setLevel(level: Level, { variances }: Gaussian, noise: number, smallest: number): void {
  level.offset = 0;
  for (let i = 0; i < variances.length; i++) {
    // Relative to the smallest variance of the mixture: stays finite however large the noise is.
    level.offset -= Math.log1p((variances[i] - smallest) / (smallest + noise)) / 2;
    level.inverse[i] = 1 / Math.sqrt(variances[i] + noise);
    level.shrink[i] = variances[i] / (variances[i] + noise);
  }
}
