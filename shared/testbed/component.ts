/** One isotropic Gaussian of a mixture in the plane: N(mean, std² I). A type, not an interface, so that it is JSON. */
export type Component = {
  /** Above 0; weights need not add up to 1. */
  readonly weight: number;
  readonly mean: readonly [x: number, y: number];
  /** Standard deviation, above 0. */
  readonly std: number;
  /** Components of one label form a class; may be empty. */
  readonly label: string;
};
