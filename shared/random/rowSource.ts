import type { NoiseSource } from "../noise.ts";
import { concatRows, sliceRows } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * A source for each sample of a batch: row b of every draw is what `sourceOf(b)` gives a batch of one. Sources are asked
 * for when a batch first needs them, and kept.
 */
export function rowSource(sourceOf: (b: number) => NoiseSource): NoiseSource {
  const source = kept(sourceOf);
  return {
    initial: (shape, dtype) => rows(shape[0], (b) => source(b).initial([1, ...shape.slice(1)], dtype)),
    between: (like, sigma, next) =>
      rows(like.shape[0], (b) => source(b).between(sliceRows(like, b, b + 1), sigma, next)),
    stream: (label) => {
      const draw = kept((b) => source(b).stream(label));
      return (like) => rows(like.shape[0], (b) => draw(b)(sliceRows(like, b, b + 1)));
    },
  };
}

function rows(count: number, row: (b: number) => Tensor): Tensor {
  return concatRows(Array.from({ length: count }, (_, b) => row(b)));
}

function kept<T>(make: (b: number) => T): (b: number) => T {
  const known: T[] = [];
  return (b) => {
    known[b] ??= make(b);
    return known[b];
  };
}
