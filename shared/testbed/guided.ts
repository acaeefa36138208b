/**
 * Where guidance takes zero-mean Gaussians in closed form: the strong one has deviation `strong`, the weak one `weak`.
 * Each gives a variance. Derived from dx/dsigma = (x − D) / sigma with D = weak + scale · (strong − weak).
 */
export interface GuidedPair {
  readonly strong: number;
  readonly weak: number;
  readonly scale: number;
}

/** Under the probability flow, by a deterministic sampler: strong^(2w) · weak^(2 − 2w). */
export function flowVariance({ strong, weak, scale }: GuidedPair): number {
  return strong ** (2 * scale) * weak ** (2 - 2 * scale);
}

/**
 * Under the flow with guidance only where low < sigma ≤ high; elsewhere the strong one alone. Infinity and 0 are allowed
 * bounds.
 */
export function intervalVariance(
  { strong, weak, scale }: GuidedPair,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  const ratio = (sigma: number) => (sigma === Infinity ? 1 : (strong ** 2 + sigma ** 2) / (weak ** 2 + sigma ** 2));
  return strong ** 2 * (ratio(low) / ratio(high)) ** (scale - 1);
}

/**
 * Under the stochastic equation in the limit of many steps, by an ancestral sampler with eta 1. With u = sigma² and
 * r = (strong² + u) / (weak² + u), dV/du = 2 V · d(w log(strong² + u) + (1 − w) log(weak² + u))/du − 1.
 */
export function stochasticVariance({ strong, weak, scale }: GuidedPair): number {
  if (strong === weak) return strong ** 2;
  const logRatio = 2 * Math.log(strong / weak);
  const power = (1 - 2 * scale) * logRatio;
  const integral = (-logRatio * (power === 0 ? 1 : Math.expm1(power) / power)) / (weak ** 2 - strong ** 2);
  return strong ** (4 * scale) * weak ** (4 - 4 * scale) * integral;
}

/** Of the normalised strong^w · weak^(1 − w); NaN where that is no density. */
export function poweredVariance({ strong, weak, scale }: GuidedPair): number {
  const precision = scale / strong ** 2 + (1 - scale) / weak ** 2;
  return precision > 0 ? 1 / precision : Number.NaN;
}
