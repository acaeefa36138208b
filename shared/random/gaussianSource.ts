import type { NoiseSource } from "../noise.ts";
import { concatRows } from "../tensor/index.ts";
import { allocate, dtypeOf, type FloatType, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { BrownianPath, brownianIncrement } from "./brownian.ts";
import { philoxNodeNormals, torchNodeNormals } from "./nodeNormals.ts";
import { philoxNormal } from "./philox.ts";
import { streamSeed } from "./streamSeed.ts";
import { TorchCpuGenerator } from "./torchCpu.ts";

export interface GaussianOptions {
  readonly seed: bigint;
  readonly generator: "philox" | "torch-cpu";
  /** False: one draw covers the whole batch, as in PyTorch. True: sample b is a batch of one of seed + b. */
  readonly perSample: boolean;
  /** Noise between two levels: the generator's next draw (default), or the increment of one Brownian path of the seed. */
  readonly later?: "sequence" | "brownian";
}

type Draw = (shape: readonly number[], dtype: FloatType) => Tensor;

/** Noise from a seed: the first draw, those between levels, and streams of their own. */
export function gaussianSource(options: GaussianOptions): NoiseSource {
  const draw = drawer(options);
  return {
    initial: draw,
    between: options.later === "brownian" ? brownian(options) : (like) => draw(like.shape, dtypeOf(like)),
    stream: (label) => {
      const own = drawer(options, label);
      return (like) => own(like.shape, dtypeOf(like));
    },
  };
}

/** Draws of the run, or of the stream of a label; the label is mixed in after b, so that each sample has the streams of its own seed. */
function drawer({ seed, generator, perSample }: GaussianOptions, label?: string): Draw {
  const seedOf = (b: number) => {
    const own = seedOfSample(seed, b);
    return label === undefined ? own : streamSeed(own, label);
  };
  if (!perSample) return sequence(seedOf(0), generator);
  const rows: Draw[] = [];
  return (shape, dtype) => {
    const batch = shape[0];
    for (let b = rows.length; b < batch; b++) rows.push(sequence(seedOf(b), generator));
    return concatRows(rows.slice(0, batch).map((row) => row([1, ...shape.slice(1)], dtype)));
  };
}

/** Draws of one generator, one after the other. */
function sequence(seed: bigint, generator: GaussianOptions["generator"]): Draw {
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
 * Falling moves: increments of the seed's path, or of a path for each sample. Rising ones (churn, restarts) may cover the
 * same levels again and again and need noise that is new each time: the next draw of a stream for that move.
 */
function brownian(options: GaussianOptions): NoiseSource["between"] {
  const { seed, generator, perSample } = options;
  const paths: { size: number; path: BrownianPath }[] = [];
  const pathOf = (b: number, size: number) => {
    if (paths[b]?.size !== size) paths[b] = { size, path: newPath(seedOfSample(seed, b), generator, size) };
    return paths[b].path;
  };
  const lifts = new Map<string, Draw>();
  const lift = (label: string) => {
    const draw = lifts.get(label) ?? drawer(options, label);
    lifts.set(label, draw);
    return draw;
  };
  return (like, sigma, next) => {
    if (next > sigma) return lift(`lift ${sigma} ${next}`)(like.shape, dtypeOf(like));
    const rows = perSample ? like.shape[0] : 1;
    const size = sizeOf(like.shape) / rows;
    const data = allocate(dtypeOf(like), rows * size);
    for (let b = 0; b < rows; b++) data.set(brownianIncrement(pathOf(b, size), sigma, next), b * size);
    return { data, shape: like.shape };
  };
}

function newPath(seed: bigint, generator: GaussianOptions["generator"], size: number): BrownianPath {
  return new BrownianPath(size, generator === "philox" ? philoxNodeNormals(seed) : torchNodeNormals(seed));
}

function seedOfSample(seed: bigint, b: number): bigint {
  return (seed + BigInt(b)) & 0xffffffffffffffffn;
}
