import type { NoiseSource } from "../noise.ts";
import { cast } from "../tensor/index.ts";
import { dtypeOf, type FloatType, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { BrownianPath, brownianIncrement } from "./brownian.ts";
import { philoxNodeNormals, torchNodeNormals } from "./nodeNormals.ts";
import { philoxNormal } from "./philox.ts";
import { rowSource } from "./rowSource.ts";
import { streamSeed } from "./streamSeed.ts";
import { TorchCpuGenerator } from "./torchCpu.ts";

export interface SequenceOptions {
  readonly generator: "philox" | "torch-cpu";
  /** Noise between two levels: the generator's next draw (default), or the increment of one Brownian path of the seed. */
  readonly later?: "sequence" | "brownian";
}

export interface GaussianOptions extends SequenceOptions {
  readonly seed: bigint;
  /** False: one draw covers the whole batch, as in PyTorch. True: sample b is a batch of one of seed + b. */
  readonly perSample: boolean;
}

type Draw = (shape: readonly number[], dtype: FloatType) => Tensor;

/** Noise from a seed: the first draw, those between levels, and streams of their own. */
export function gaussianSource({ seed, perSample, ...options }: GaussianOptions): NoiseSource {
  if (!perSample) return seededSource(seed, options);
  return rowSource((b) => seededSource((seed + BigInt(b)) & 0xffffffffffffffffn, options));
}

/** The source of one seed, 0 to 2^64 − 1: each draw covers the whole batch. */
export function seededSource(seed: bigint, options: SequenceOptions): NoiseSource {
  const draw = sequence(seed, options.generator);
  return {
    initial: draw,
    between:
      options.later === "brownian" ? brownian(seed, options.generator) : (like) => draw(like.shape, dtypeOf(like)),
    stream: (label) => {
      const own = sequence(streamSeed(seed, label), options.generator);
      return (like) => own(like.shape, dtypeOf(like));
    },
  };
}

/** Draws of one generator, one after the other. */
function sequence(seed: bigint, generator: SequenceOptions["generator"]): Draw {
  if (generator === "torch-cpu") {
    const torch = new TorchCpuGenerator(seed);
    return (shape, dtype) => ({ data: torch.normal(sizeOf(shape), dtype), shape });
  }
  let count = 0;
  return (shape, dtype) => {
    const values = philoxNormal(seed, count++, sizeOf(shape));
    return { data: dtype === "float64" ? values : Float32Array.from(values), shape };
  };
}

/**
 * Falling moves: increments of the seed's path. Rising ones (churn, restarts) may cover the same levels again and again
 * and need noise that is new each time: the next draw of a stream for that move.
 */
function brownian(seed: bigint, generator: SequenceOptions["generator"]): NoiseSource["between"] {
  const normals = generator === "philox" ? philoxNodeNormals(seed) : torchNodeNormals(seed);
  let path: BrownianPath | undefined;
  const lifts = new Map<string, Draw>();
  const lift = (label: string) => {
    const draw = lifts.get(label) ?? sequence(streamSeed(seed, label), generator);
    lifts.set(label, draw);
    return draw;
  };
  return (like, sigma, next) => {
    if (next > sigma) return lift(`lift ${sigma} ${next}`)(like.shape, dtypeOf(like));
    if (path?.size !== like.data.length) path = new BrownianPath(like.data.length, normals);
    return cast({ data: brownianIncrement(path, sigma, next), shape: like.shape }, dtypeOf(like));
  };
}
