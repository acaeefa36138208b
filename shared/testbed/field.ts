import { type Mixture, mixtureOf } from "./mixture.ts";

/** A stationary Gaussian field on a square of pixels, seen in its cosine transform. */
export interface FieldOptions {
  /** Pixels of a side. */
  readonly size: number;
  /** Variance of a frequency (ky, kx), in half waves over the side, up to a factor. */
  readonly spectrum: (ky: number, kx: number) => number;
  /** Average variance of a pixel. */
  readonly variance: number;
  /** Mean picture by label, [size, size]. */
  readonly means: Readonly<Record<string, Float64Array>>;
}

/** Gaussian fields of one covariance, one for each label, all of equal weight. */
export function fieldMixture({ size, spectrum, variance, means }: FieldOptions): Mixture {
  const count = size * size;
  const powers = Float64Array.from({ length: count }, (_, i) => spectrum(Math.floor(i / size), i % size));
  const total = powers.reduce((sum, one) => sum + one, 0);
  const variances = powers.map((one) => (one * variance * count) / total);
  const basis = cosineBasis(size);
  return mixtureOf(Object.entries(means).map(([label, mean]) => ({ weight: 1, mean, variances, basis, label })));
}

const bases = new Map<number, Float64Array>();

/** Orthonormal cosine transform (DCT-II) of a square picture, [size², size²]: row (ky, kx), column (y, x). */
function cosineBasis(size: number): Float64Array {
  const known = bases.get(size);
  if (known) return known;
  const wave = (k: number, at: number) =>
    Math.sqrt((k === 0 ? 1 : 2) / size) * Math.cos((Math.PI * k * (at + 0.5)) / size);
  const line = Float64Array.from({ length: size * size }, (_, i) => wave(Math.floor(i / size), i % size));
  const basis = new Float64Array(size ** 4);
  let to = 0;
  for (let ky = 0; ky < size; ky++)
    for (let kx = 0; kx < size; kx++)
      for (let y = 0; y < size; y++)
        for (let x = 0; x < size; x++) basis[to++] = line[ky * size + y] * line[kx * size + x];
  bases.set(size, basis);
  return basis;
}
