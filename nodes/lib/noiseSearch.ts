import { concatRows, dot, mulSample, norm, takeRows } from "../../shared/tensor/index.ts";
import { sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";

/** Each sample's gradient cut to a Euclidean norm; 0 = not cut. */
export function clippedNorm(gradient: Tensor, most: number): Tensor {
  if (most === 0) return gradient;
  const { data, shape } = norm(gradient);
  return mulSample(gradient, { data: data.map((own) => (own > most ? most / own : 1)), shape });
}

/**
 * Slope of the log density of the length that Gaussian noise has, times `weight`: draws |z| towards √(d − 1) and leaves
 * its direction (arXiv:2406.04312, the regulariser of the noise).
 */
export function towardsNoise(z: Tensor, weight: number): Tensor {
  const size = sizeOf(z.shape.slice(1));
  const { data, shape } = dot(z, z);
  return mulSample(z, { data: data.map((square) => weight * ((square === 0 ? 0 : (size - 1) / square) - 1)), shape });
}

/** Each sample of z with the length that it has in `like`. */
export function sameLength(z: Tensor, like: Tensor): Tensor {
  const [own, wanted] = [norm(z), norm(like)];
  return mulSample(z, {
    data: wanted.data.map((length, b) => (own.data[b] === 0 ? 1 : length / own.data[b])),
    shape: own.shape,
  });
}

/** For each sample, the state with the highest reward so far. */
export interface Best {
  readonly value: Tensor;
  readonly latent: Tensor;
}

/** The better of two states, sample by sample; the earlier one where they are equal. */
export function better(before: Best | null, now: Best): Best {
  if (!before) return now;
  const batch = now.value.shape[0];
  const isBetter = Array.from({ length: batch }, (_, b) => now.value.data[b] > before.value.data[b]);
  const rows = isBetter.map((one, row) => (one ? batch + row : row));
  const pick = (a: Tensor, b: Tensor) => takeRows(concatRows([a, b]), rows);
  return { value: pick(before.value, now.value), latent: pick(before.latent, now.latent) };
}
