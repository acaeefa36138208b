/** A model, or a part of it, has no gradient. The message names the node, the operator and what to do. */
export class GradientError extends Error {}
