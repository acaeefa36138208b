import type { NoiseSource } from "../noise.ts";
import { zeros } from "../tensor/index.ts";
import { dtypeOf, type Tensor } from "../tensor/tensor.ts";

/** How a draw is made of draws of other sources, all of the asked shape and float type. */
type Combine = (draws: readonly Tensor[]) => Tensor;

/**
 * A source whose draws are made of those of others. A linear `combine` of fixed weights whose squares sum to 1 keeps what
 * holds for the sources: unit variance if they are independent, and a Brownian path of Brownian paths.
 * @param first what the first draw is made by instead
 */
export function derivedSource(
  sources: readonly NoiseSource[],
  combine: Combine,
  first: Combine = combine,
): NoiseSource {
  return {
    initial: (shape, dtype) => first(sources.map((source) => source.initial(shape, dtype))),
    between: (like, sigma, next) => combine(sources.map((source) => source.between(like, sigma, next))),
    stream: (label) => {
      const draws = sources.map((source) => source.stream(label));
      return (like) => combine(draws.map((draw) => draw(like)));
    },
  };
}

/** A source that draws in another shape, then makes the asked one of it. */
export function reshapedSource(
  source: NoiseSource,
  drawn: (shape: readonly number[]) => readonly number[],
  make: (draw: Tensor, shape: readonly number[]) => Tensor,
): NoiseSource {
  const stand = (like: Tensor) => zeros(drawn(like.shape), dtypeOf(like));
  return {
    initial: (shape, dtype) => make(source.initial(drawn(shape), dtype), shape),
    between: (like, sigma, next) => make(source.between(stand(like), sigma, next), like.shape),
    stream: (label) => {
      const draw = source.stream(label);
      return (like) => make(draw(stand(like)), like.shape);
    },
  };
}
