import { type Mixture, mixtureOf } from "./mixture.ts";

/** A stationary Gaussian field on pixels, seen in its cosine transform. */
export interface FieldOptions {
  /** Pixels. */
  readonly height: number;
  readonly width: number;
  /** Variance of a frequency (ky, kx), in half waves over the sides, up to a factor. */
  readonly spectrum: (ky: number, kx: number) => number;
  /** Average variance of a pixel. */
  readonly variance: number;
  /** Mean of the pixel (y, x) by label. */
  readonly means: Readonly<Record<string, (y: number, x: number) => number>>;
}

/** Pixels beyond which a transform takes too much memory. */
const mostPixels = 1024;

/** Gaussian fields of one covariance, one for each label, all of equal weight. Throws beyond 1024 pixels. */
export function fieldMixture({ height, width, spectrum, variance, means }: FieldOptions): Mixture {
  const count = height * width;
  if (count > mostPixels)
    throw new RangeError(`A field has at most ${mostPixels} pixels, not ${width} × ${height}. Make it smaller.`);
  const pixels = (f: (y: number, x: number) => number) =>
    Float64Array.from({ length: count }, (_, i) => f(Math.floor(i / width), i % width));
  const powers = pixels(spectrum);
  const total = powers.reduce((sum, one) => sum + one, 0);
  const variances = powers.map((one) => (one * variance * count) / total);
  const basis = cosineBasis(height, width);
  return mixtureOf(
    Object.entries(means).map(([label, mean]) => ({ weight: 1, mean: pixels(mean), variances, basis, label })),
  );
}

const bases = new Map<string, Float64Array>();

/** Orthonormal cosine transform (DCT-II) of a picture, [height · width]²: row (ky, kx), column (y, x). */
function cosineBasis(height: number, width: number): Float64Array {
  const key = `${height}|${width}`;
  const known = bases.get(key);
  if (known) return known;
  const [down, across] = [waves(height), waves(width)];
  const basis = new Float64Array((height * width) ** 2);
  let to = 0;
  for (let ky = 0; ky < height; ky++)
    for (let kx = 0; kx < width; kx++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) basis[to++] = down[ky * height + y] * across[kx * width + x];
  bases.set(key, basis);
  return basis;
}

/** The transform of a line, [size, size]. */
function waves(size: number): Float64Array {
  const norm = (k: number) => Math.sqrt((k === 0 ? 1 : 2) / size);
  return Float64Array.from({ length: size * size }, (_, i) => {
    const k = Math.floor(i / size);
    return norm(k) * Math.cos((Math.PI * k * ((i % size) + 0.5)) / size);
  });
}
