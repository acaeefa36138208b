/** A mean with the error of the mean. */
export interface Mean {
  readonly mean: number;
  readonly error: number;
}

/** Mean of independent values, at least two. */
export function meanOf(values: readonly number[]): Mean {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

/** Mean difference of values that belong together in pairs: what paired noise is for. */
export function differenceOf(values: readonly number[], others: readonly number[]): Mean {
  return meanOf(values.map((value, i) => value - others[i]));
}

/**
 * The highest threshold at which adaptive guidance saves at least `share` of the evaluations on the average of walks whose
 * cosines are given by step: a walk is guided for `minSteps` and up to the step that finds a cosine above the threshold.
 */
export function thresholdFor(walks: readonly (readonly number[])[], share: number, minSteps: number): number {
  const candidates = [...new Set(walks.flatMap((walk) => walk.slice(minSteps)))].sort((a, b) => b - a);
  const saved = (threshold: number) =>
    meanOf(
      walks.map((walk) => {
        const found = walk.findIndex((cosine, step) => step >= minSteps && cosine >= threshold);
        return found < 0 ? 0 : (walk.length - found - 1) / (2 * walk.length);
      }),
    ).mean;
  return candidates.find((threshold) => saved(threshold) >= share) ?? candidates[candidates.length - 1];
}
