import type { Component } from "./component.ts";

/** One Gaussian of a mixture over d numbers. Its covariance is basisᵀ · diag(variances) · basis. */
export interface Gaussian {
  /** Share of the whole, so that all shares add up to 1. */
  readonly weight: number;
  /** [d] */
  readonly mean: Float64Array;
  /** Variances along the axes of the basis, [d]; above 0, or 0 along directions in which nothing varies. */
  readonly variances: Float64Array;
  /** Orthonormal rows, [d, d]; null for the axes themselves. */
  readonly basis: Float64Array | null;
  readonly label: string;
}

/** A density that is known exactly: p(x0) = Σ wₖ N(x0; μₖ, Sₖ). Plain data. */
export interface Mixture {
  /** Numbers in a sample. */
  readonly size: number;
  readonly gaussians: readonly Gaussian[];
}

/** A mixture of Gaussians whose weights are above 0; they are scaled to add up to 1. */
export function mixtureOf(gaussians: readonly Gaussian[]): Mixture {
  const largest = Math.max(...gaussians.map((one) => one.weight));
  const total = gaussians.reduce((sum, one) => sum + one.weight / largest, 0);
  return {
    size: gaussians[0]?.mean.length ?? 0,
    gaussians: gaussians.map((one) => ({ ...one, weight: one.weight / largest / total })),
  };
}

/** The mixture in the plane of the components that a person edits. */
export function planeMixture(components: readonly Component[]): Mixture {
  return mixtureOf(
    components.map(({ weight, mean, std, label }) => ({
      weight,
      mean: Float64Array.from(mean),
      variances: Float64Array.of(std * std, std * std),
      basis: null,
      label,
    })),
  );
}

/** Every Gaussian wider by noise of a deviation: what a worse model of the same data might have learned. */
export function blurred({ size, gaussians }: Mixture, deviation: number): Mixture {
  const wider = (variance: number) => variance + deviation ** 2;
  return { size, gaussians: gaussians.map((one) => ({ ...one, variances: one.variances.map(wider) })) };
}

/** The labels of a mixture that are not empty, each once, in their order. */
export function labelsOf({ gaussians }: Mixture): string[] {
  return [...new Set(gaussians.map((one) => one.label))].filter((label) => label !== "");
}

/**
 * Weights of the Gaussians under a label, [K]: those of the label add up to 1, others are 0; an empty label means all.
 * Null if there is no such label.
 */
export function weightsUnder({ gaussians }: Mixture, label: string): Float64Array | null {
  const chosen = gaussians.map((one) => (label === "" || one.label === label ? one.weight : 0));
  const total = chosen.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? null : Float64Array.from(chosen, (weight) => weight / total);
}

/** A sentence why a model with these labels knows nothing of a text, or null. Empty text is the whole mixture. */
export function refuseLabel(labels: readonly string[], text: string): string | null {
  if (text === "" || labels.includes(text)) return null;
  if (labels.length === 0) return "This model has no labels. Leave the text empty.";
  return `There is no label “${text.slice(0, 60)}”. This model has ${labels.join(", ")}; empty text is the whole mixture.`;
}
