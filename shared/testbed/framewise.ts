import { cast } from "../tensor/index.ts";
import { traced } from "../tensor/kernel.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { stretch } from "./basis.ts";
import { cholesky, solveLower, solveUpper } from "./cholesky.ts";
import { checkFit } from "./denoise.ts";
import type { Gaussian, Mixture } from "./mixture.ts";

/** One Gaussian under noise of its own in each number of a sample. */
interface Seen {
  readonly gaussian: Gaussian;
  /** Of S + diag(levels²). */
  readonly lower: Float64Array;
  /** ½ log det(S + diag(levels²)) */
  readonly halfLogDet: number;
}

/** What one sample says of every Gaussian. */
interface View {
  /** Probabilities of the Gaussians, [K]. */
  readonly shares: Float64Array;
  /** (S + diag(levels²))⁻¹ (x − μ) by Gaussian, [d] each. */
  readonly pulls: readonly Float64Array[];
  /** E[x0 | x, k], [d] each. */
  readonly means: readonly Float64Array[];
}

/**
 * The exact denoiser of a mixture where every frame has a noise level of its own: x = x0 + level · eps by frame, with
 * frames along axis 1 of x [B, F, …] and one level for each. With V = S + diag(levels²), D = Σ γₖ [μₖ + Sₖ Vₖ⁻¹ (x − μₖ)];
 * a level of 0 gives a frame that is known. Float64, differentiable in x. Throws if shapes do not fit, and where nothing
 * varies in a frame of level 0.
 */
export function denoiseFramewise(x: Tensor, levels: readonly number[], mixture: Mixture, weights: Tensor): Tensor {
  checkFit(x, mixture, weights);
  if (levels.length !== x.shape[1])
    throw new RangeError(`There are ${levels.length} levels, but the latent has ${x.shape[1]} frames.`);
  const wide = cast(x, "float64");
  const inFrame = mixture.size / levels.length;
  const noise = Float64Array.from({ length: mixture.size }, (_, i) => levels[Math.floor(i / inFrame)] ** 2);
  const seen = mixture.gaussians.map((gaussian) => see(gaussian, noise));
  const views = Array.from({ length: x.shape[0] }, (_, b) =>
    look(seen, sampleOf(wide, b), weightsOf(weights, b, seen)),
  );
  const data = new Float64Array(wide.data.length);
  for (const [b, { shares, means }] of views.entries()) {
    for (const [k, mean] of means.entries()) addScaled(data, b * mixture.size, mean, shares[k]);
  }
  return traced("denoiseFramewise", [wide], { data, shape: x.shape }, (g) => {
    const back = new Float64Array(data.length);
    for (const [b, view] of views.entries()) {
      addScaled(back, b * mixture.size, timesTransposed(seen, view, sampleOf(cast(g, "float64"), b)), 1);
    }
    return [{ data: back, shape: x.shape }];
  });
}

function see(gaussian: Gaussian, noise: Float64Array): Seen {
  const size = noise.length;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const unit = new Float64Array(size);
    unit[i] = 1;
    matrix.set(stretch(gaussian.basis, gaussian.variances, unit, 0), i * size);
    matrix[i * size + i] += noise[i];
  }
  const lower = cholesky(matrix, size);
  const halfLogDet = noise.reduce((sum, _, i) => sum + Math.log(lower[i * size + i]), 0);
  return { gaussian, lower, halfLogDet };
}

function sampleOf(x: Tensor, b: number): Float64Array {
  const size = x.data.length / x.shape[0];
  return x.data.subarray(b * size, (b + 1) * size) as Float64Array;
}

function weightsOf(weights: Tensor, b: number, seen: readonly Seen[]): Tensor["data"] {
  const row = weights.data.length === seen.length ? 0 : b * seen.length;
  return weights.data.subarray(row, row + seen.length);
}

function look(seen: readonly Seen[], x: Float64Array, weights: Tensor["data"]): View {
  const pulls: Float64Array[] = [];
  const means: Float64Array[] = [];
  const logs = seen.map(({ gaussian, lower, halfLogDet }, k) => {
    const away = x.map((value, i) => value - gaussian.mean[i]);
    const white = solveLower(lower, away);
    const pull = solveUpper(lower, white);
    const towards = stretch(gaussian.basis, gaussian.variances, pull, 0);
    pulls.push(pull);
    means.push(towards.map((value, i) => value + gaussian.mean[i]));
    return Math.log(Math.max(0, weights[k])) - halfLogDet - white.reduce((sum, y) => sum + y * y, 0) / 2;
  });
  const top = Math.max(...logs);
  const shares = Float64Array.from(logs, (log) => Math.exp(log - top));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return { shares: shares.map((share) => share / total), pulls, means };
}

/** Transposed dD/dx times g: Σ γₖ [Vₖ⁻¹ Sₖ g + ⟨mₖ, g⟩ (average pull − pull of k)]. */
function timesTransposed(seen: readonly Seen[], { shares, pulls, means }: View, g: Float64Array): Float64Array {
  const result = new Float64Array(g.length);
  const average = new Float64Array(g.length);
  for (const [k, pull] of pulls.entries()) addScaled(average, 0, pull, shares[k]);
  for (const [k, { gaussian, lower }] of seen.entries()) {
    const shrunk = stretch(gaussian.basis, gaussian.variances, g, 0);
    addScaled(result, 0, solveUpper(lower, solveLower(lower, shrunk)), shares[k]);
    const along = shares[k] * means[k].reduce((sum, value, i) => sum + value * g[i], 0);
    addScaled(result, 0, average, along);
    addScaled(result, 0, pulls[k], -along);
  }
  return result;
}

function addScaled(into: Float64Array, at: number, values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) into[at + i] += factor * values[i];
}
