import type { WireType } from "./wires.ts";

/** A port of a node: an input or an output. */
export interface Port<
  T extends WireType = WireType,
  Optional extends boolean = boolean,
  Many extends boolean = boolean,
> {
  readonly wire: T;
  readonly about: string;
  /** Shown name; the key with a capital letter when absent. */
  readonly label?: string;
  readonly optional: Optional;
  /** A list: takes several edges, in their order in the file. */
  readonly many: Many;
  /** Further wire types that it takes as they are. */
  readonly accepts?: readonly WireType[];
}

interface PortOptions {
  readonly label?: string;
  readonly optional?: boolean;
  readonly many?: boolean;
  readonly accepts?: readonly WireType[];
}

type Flag<O, Name extends string> = O extends { readonly [K in Name]: true } ? true : false;

function maker<T extends WireType>(wire: T) {
  return <const O extends PortOptions = PortOptions>(
    about: string,
    options?: O,
  ): Port<T, Flag<O, "optional">, Flag<O, "many">> => ({
    wire,
    about,
    optional: (options?.optional ?? false) as Flag<O, "optional">,
    many: (options?.many ?? false) as Flag<O, "many">,
    ...(options?.label === undefined ? {} : { label: options.label }),
    ...(options?.accepts === undefined ? {} : { accepts: options.accepts }),
  });
}

/** Declares ports: `port.denoiser("prediction to follow")`. */
export const port = {
  model: maker("model"),
  conditioning: maker("conditioning"),
  denoiser: maker("denoiser"),
  reward: maker("reward"),
  noise: maker("noise"),
  latent: maker("latent"),
  image: maker("image"),
  mask: maker("mask"),
  tensor: maker("tensor"),
  sigmas: maker("sigmas"),
  curve: maker("curve"),
  number: maker("number"),
  text: maker("text"),
  plot: maker("plot"),
};
