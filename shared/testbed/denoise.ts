import { cast, formatShape } from "../tensor/index.ts";
import { traced } from "../tensor/kernel.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { stretch } from "./basis.ts";
import type { Mixture } from "./mixture.ts";
import { Posterior } from "./posterior.ts";

/**
 * The exact denoiser of a mixture: D(x, sigma) = Σ γₖ(x) [μₖ + Sₖ (Sₖ + sigma² I)⁻¹ (x − μₖ)], with γₖ the probability of
 * Gaussian k given x. `x` is [B, …] with as many numbers in a sample as the mixture has; the result is float64, whatever
 * x is. `weights` is [1, …, K] or [B, …, K]; they need not add up to 1. Differentiable in x; sigma is 0 and more,
 * infinity included. Throws if shapes do not fit.
 */
export function denoiseMixture(x: Tensor, sigma: number, mixture: Mixture, weights: Tensor): Tensor {
  checkFit(x, mixture, weights);
  const wide = cast(x, "float64");
  if (sigma * sigma === 0) return wide;
  const data = new Float64Array(wide.data.length);
  eachSample(wide, sigma, mixture, weights, (posterior, start) => data.set(posterior.mean, start));
  return traced("denoiseMixture", [wide], { data, shape: x.shape }, (cotangent) => [
    timesJacobian(wide, sigma, mixture, weights, cotangent),
  ]);
}

/** Throws if points [B, …] or weights do not belong to a mixture. */
export function checkFit(x: Tensor, mixture: Mixture, weights: Tensor): void {
  const [batch] = x.shape;
  if (x.data.length !== batch * mixture.size) {
    throw new RangeError(
      `Latent is ${formatShape(x.shape)}, but this model takes ${mixture.size} numbers in a sample.`,
    );
  }
  const rows = weights.data.length / mixture.gaussians.length;
  if (rows !== 1 && rows !== batch) {
    throw new RangeError("This conditioning belongs to another model. Encode the text with the same model.");
  }
}

function eachSample(
  x: Tensor,
  sigma: number,
  mixture: Mixture,
  weights: Tensor,
  visit: (posterior: Posterior, start: number) => void,
): void {
  const posterior = new Posterior(mixture, sigma);
  const values = x.data as Float64Array;
  const rows = Float64Array.from(weights.data);
  const count = mixture.gaussians.length;
  for (let b = 0; b < x.shape[0]; b++) {
    posterior.look(values, b * mixture.size, rows, rows.length === count ? 0 : b * count);
    visit(posterior, b * mixture.size);
  }
}

/**
 * dD/dx times the cotangent; the matrix is symmetric: Σ γₖ Sₖ (Sₖ + sigma²)⁻¹ + Σ γₖ (mₖ − D)(mₖ − D)ᵀ / sigma², the
 * covariance of x0 given x over sigma².
 */
function timesJacobian(x: Tensor, sigma: number, mixture: Mixture, weights: Tensor, cotangent: Tensor): Tensor {
  const data = new Float64Array(x.data.length);
  eachSample(x, sigma, mixture, weights, (posterior, start) => {
    for (let k = 0; k < mixture.gaussians.length; k++) {
      if (posterior.shares[k] > 0) addShare(posterior, k, cotangent.data, start, data);
    }
  });
  return { data, shape: x.shape };
}

/** Adds what Gaussian k gives to the product. */
function addShare(posterior: Posterior, k: number, g: Tensor["data"], start: number, into: Float64Array): void {
  const { mixture, means, mean, sigma } = posterior;
  const { size, gaussians } = mixture;
  const share = posterior.shares[k];
  let along = 0;
  for (let i = 0; i < size; i++) along += ((means[k * size + i] - mean[i]) / sigma) * g[start + i];
  for (let i = 0; i < size; i++) into[start + i] += share * along * ((means[k * size + i] - mean[i]) / sigma);
  const shrunk = stretch(gaussians[k].basis, posterior.shrink(k), g, start);
  for (let i = 0; i < size; i++) into[start + i] += share * shrunk[i];
}
