import type { NoiseSource } from "../noise.ts";
import { concatRows } from "../tensor/index.ts";
import { dtypeOf, type FloatType, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { philoxNormal } from "./philox.ts";
import { TorchCpuGenerator } from "./torchCpu.ts";

export interface GaussianOptions {
  readonly seed: bigint;
  readonly generator: "philox" | "torch-cpu";
  /** False: one draw covers the whole batch, as in PyTorch. True: sample b is a batch of one of seed + b. */
  readonly perSample: boolean;
}

type Draw = (shape: readonly number[], dtype: FloatType) => Tensor;

/** Noise from a seed: the first draw and every later one, in sequence. */
export function gaussianSource(options: GaussianOptions): NoiseSource {
  const draw = drawer(options);
  return {
    initial: draw,
    between: (like) => draw(like.shape, dtypeOf(like)),
    stream: (label) => {
      const own = drawer(options, label);
      return (like) => own(like.shape, dtypeOf(like));
    },
  };
}

/** Draws of the run, or of the stream of a label; the label is mixed in after b, so that each sample has the streams of its own seed. */
function drawer({ seed, generator, perSample }: GaussianOptions, label?: string): Draw {
  const seedOf = (b: number) => {
    const own = (seed + BigInt(b)) & 0xffffffffffffffffn;
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

/** A seed of its own for each label: FNV-1a of the label, mixed with the run's seed (SplitMix64's finaliser). */
function streamSeed(seed: bigint, label: string): bigint {
  const mask = 0xffffffffffffffffn;
  let hash = 0xcbf29ce484222325n;
  for (const character of label) hash = ((hash ^ BigInt(character.codePointAt(0)!)) * 0x100000001b3n) & mask;
  let z = (seed ^ hash) & mask;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
  return z ^ (z >> 31n);
}
