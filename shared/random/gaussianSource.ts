import type { NoiseSource } from "../noise.ts";
import { cast } from "../tensor/index.ts";
import { dtypeOf, type FloatType, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { BrownianPath, brownianIncrement } from "./brownian.ts";
import { mersenneNodeNormals, type NodeNormals, philoxNodeNormals, rowNormals } from "./nodeNormals.ts";
import { philoxNormal } from "./philox.ts";
import { rowSource } from "./rowSource.ts";
import { streamSeed } from "./streamSeed.ts";
import { TorchCpuGenerator } from "./torchCpu.ts";

type Generator = "philox" | "torch-cpu";

interface SequenceOptions {
  readonly generator: Generator;
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
  if (perSample) return seedsSource((b) => (seed + BigInt(b)) & 0xffffffffffffffffn, options);
  const source = sequenceSource(seed, options.generator);
  if (options.later !== "brownian") return source;
  return { ...source, between: brownian(source, () => nodeNormals(seed, options.generator)) };
}

/** Noise from a seed for each sample, 0 to 2^64 − 1: row b of a draw is what a batch of one has of `seedOf(b)`. */
export function seedsSource(seedOf: (b: number) => bigint, { generator, later }: SequenceOptions): NoiseSource {
  const source = rowSource((b) => sequenceSource(seedOf(b), generator));
  if (later !== "brownian") return source;
  // One tree for all rows: a tree for each would be slow for thousands of small samples.
  const normals = (size: number) => rowNormals(size, (b) => nodeNormals(seedOf(b), generator));
  return { ...source, between: brownian(source, normals) };
}

/** Every draw is the generator's next. */
function sequenceSource(seed: bigint, generator: Generator): NoiseSource {
  const draw = sequence(seed, generator);
  return {
    initial: draw,
    between: (like) => draw(like.shape, dtypeOf(like)),
    stream: (label) => {
      const own = sequence(streamSeed(seed, label), generator);
      return (like) => own(like.shape, dtypeOf(like));
    },
  };
}

/** Draws of one generator, one after the other. */
function sequence(seed: bigint, generator: Generator): Draw {
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

function nodeNormals(seed: bigint, generator: Generator): NodeNormals {
  return generator === "philox" ? philoxNodeNormals(seed) : mersenneNodeNormals(seed);
}

/**
 * Falling moves: increments of one path. Rising ones (churn, restarts) may cover the same levels again and again and need
 * noise that is new each time: the next draw of a stream for that move.
 * @param normals draws of the tree's nodes, for samples of a size
 */
function brownian(source: NoiseSource, normals: (size: number) => NodeNormals): NoiseSource["between"] {
  let known: { readonly shape: string; readonly path: BrownianPath } | undefined;
  const pathOf = (shape: readonly number[]) => {
    const key = shape.join();
    if (known?.shape !== key) {
      known = { shape: key, path: new BrownianPath(sizeOf(shape), normals(sizeOf(shape.slice(1)))) };
    }
    return known.path;
  };
  const lifts = new Map<string, (like: Tensor) => Tensor>();
  const lift = (label: string) => {
    const draw = lifts.get(label) ?? source.stream(label);
    lifts.set(label, draw);
    return draw;
  };
  return (like, sigma, next) => {
    if (next > sigma) return lift(`lift ${sigma} ${next}`)(like);
    return cast({ data: brownianIncrement(pathOf(like.shape), sigma, next), shape: like.shape }, dtypeOf(like));
  };
}
