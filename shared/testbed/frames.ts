import { type Mixture, mixtureOf } from "./mixture.ts";

/** Frames that follow each other: x₁ ~ N(0, s²), xₜ = ρ xₜ₋₁ + s √(1 − ρ²) eₜ; their covariance is s² ρ^|i − j|. */
export function framesMixture({
  frames,
  correlation,
  std,
}: {
  readonly frames: number;
  /** ρ, between −1 and 1. */
  readonly correlation: number;
  /** s */
  readonly std: number;
}): Mixture {
  const covariance = new Float64Array(frames * frames);
  for (let i = 0; i < frames; i++) {
    for (let j = 0; j < frames; j++) covariance[i * frames + j] = std ** 2 * correlation ** Math.abs(i - j);
  }
  const { variances, basis } = principalAxes(covariance, frames);
  return mixtureOf([{ weight: 1, mean: new Float64Array(frames), variances, basis, label: "" }]);
}

/** Eigenvalues and orthonormal eigenvectors (rows) of a symmetric matrix [d, d], by Jacobi's rotations. */
export function principalAxes(
  matrix: Float64Array,
  size: number,
): { readonly variances: Float64Array; readonly basis: Float64Array } {
  const a = matrix.slice();
  const basis = new Float64Array(size * size);
  for (let i = 0; i < size; i++) basis[i * size + i] = 1;
  const largest = Math.max(...a.map(Math.abs));
  for (let sweep = 0; sweep < 60; sweep++) {
    let rest = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        rest = Math.max(rest, Math.abs(a[p * size + q]));
        rotate(a, basis, size, p, q);
      }
    }
    if (rest <= 1e-17 * largest) break;
  }
  return { variances: Float64Array.from({ length: size }, (_, i) => a[i * size + i]), basis };
}

/** Turns axes p and q so that their entry of the matrix becomes 0. */
function rotate(a: Float64Array, basis: Float64Array, size: number, p: number, q: number): void {
  const off = a[p * size + q];
  if (off === 0) return;
  const angle = Math.atan2(2 * off, a[p * size + p] - a[q * size + q]) / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const turn = (values: Float64Array, from: number, other: number, stride: number) => {
    for (let i = 0; i < size; i++) {
      const [u, v] = [values[from + i * stride], values[other + i * stride]];
      values[from + i * stride] = cos * u + sin * v;
      values[other + i * stride] = cos * v - sin * u;
    }
  };
  turn(a, p * size, q * size, 1);
  turn(a, p, q, size);
  turn(basis, p * size, q * size, 1);
}
