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

/** Shares of less than e^this of the largest are 0: far below the last digit of any mean. */
const leastLog = -150;

/**
 * A mixture seen through noise, for one sample after the other. Any sigma is fine, infinity included (0 if no variance
 * is 0): logarithms are shifted by their largest, and nothing is squared that may overflow. Arrays are its own: read
 * them before the next call of `look`.
 */
export class Posterior {
  readonly mixture: Mixture;
  /** Probability of each Gaussian given the noisy sample, [K]. */
  readonly shares: Float64Array;
  /** E[x0 | x, k], [K, d]; only where the share is above 0. */
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
  readonly #logs: Float64Array;
  #weights: Float64Array | null = null;
  #row = 0;

  constructor(mixture: Mixture, sigma: number) {
    const { size, gaussians } = mixture;
    this.mixture = mixture;
    this.shares = new Float64Array(gaussians.length);
    this.means = new Float64Array(gaussians.length * size);
    this.mean = new Float64Array(size);
    this.#along = new Float64Array(size);
    this.#logs = new Float64Array(gaussians.length);
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
    this.#weigh(weights, row);
    let top = -Infinity;
    for (let k = 0; k < shares.length; k++) {
      const log = this.#logs[k];
      shares[k] = log === -Infinity ? log : log + this.#levels[k].offset - this.#squares(k, x, start) / 2;
      if (shares[k] > top) top = shares[k];
    }
    let total = 0;
    for (let k = 0; k < shares.length; k++) {
      const below = shares[k] - top;
      shares[k] = below < leastLog ? 0 : Math.exp(below);
      total += shares[k];
    }
    this.logDensity = this.#base + top + Math.log(total);
    this.mean.fill(0);
    for (let k = 0; k < shares.length; k++) {
      if (shares[k] === 0) continue;
      shares[k] /= total;
      this.#addMean(k, x, start);
    }
  }

  /** Logarithms of the weights, kept while they are the same. Weights that are not above 0 switch a Gaussian off. */
  #weigh(weights: Float64Array, row: number): void {
    if (this.#weights === weights && this.#row === row) return;
    this.#weights = weights;
    this.#row = row;
    for (let k = 0; k < this.#logs.length; k++) {
      this.#logs[k] = weights[row + k] > 0 ? Math.log(weights[row + k]) : -Infinity;
    }
  }

  /** (x − μ)ᵀ (S + sigma²)⁻¹ (x − μ) of Gaussian k. */
  #squares(k: number, x: Float64Array, start: number): number {
    const { mean, basis } = this.mixture.gaussians[k];
    const { inverse } = this.#levels[k];
    const size = mean.length;
    let squares = 0;
    for (let axis = 0; axis < size; axis++) {
      let y = 0;
      if (!basis) y = x[start + axis] - mean[axis];
      else for (let i = 0; i < size; i++) y += basis[axis * size + i] * (x[start + i] - mean[i]);
      squares += (y * inverse[axis]) ** 2;
    }
    return squares;
  }

  /** Fills the row of `means` of Gaussian k and adds its share to `mean`. */
  #addMean(k: number, x: Float64Array, start: number): void {
    const { mean, basis } = this.mixture.gaussians[k];
    const { shrink } = this.#levels[k];
    const [size, share, along] = [mean.length, this.shares[k], this.#along];
    if (basis) {
      project(basis, x, start, along, mean);
      for (let i = 0; i < size; i++) along[i] *= shrink[i];
    }
    for (let i = 0; i < size; i++)
      this.means[k * size + i] = mean[i] + (basis ? 0 : shrink[i] * (x[start + i] - mean[i]));
    if (basis) addBack(basis, along, this.means, k * size);
    for (let i = 0; i < size; i++) this.mean[i] += share * this.means[k * size + i];
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
