import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { seedsSource } from "../../shared/random/gaussianSource.ts";

export const node = defineNode({
  type: "noise/seeds",
  version: 1,
  title: "Noise of several seeds",
  summary: "Gives each image of a batch the noise of a seed of its own.",
  keywords: ["list", "per sample", "contact sheet", "batch", "reproduce"],
  doc: doc`
    Image number $b$ of a batch is the picture of the seed in place $b$ of the list, as a batch of one with that seed gives
    it, whatever else is in the batch: collect the seeds of good pictures and make them again side by side. Images beyond
    the end of the list count on from its last seed. **Generator** and **later** are those of Gaussian noise.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    seeds: param.numbers({ default: [0, 1, 2, 3], about: "Whole numbers from 0 to 2^53, one for each image." }),
    generator: param.select({
      default: "philox",
      about: "Algorithm that turns a seed into noise.",
      options: [
        { value: "philox", about: "Counter-based; as PyTorch on CUDA." },
        { value: "torch-cpu", about: "Mersenne Twister; as torch.randn on the CPU." },
      ],
    }),
    later: param.select({
      default: "brownian",
      onCard: false,
      about: "Noise of stochastic steps.",
      options: [
        { value: "brownian", about: "One path for every number of steps." },
        { value: "sequence", about: "The generator's next draw for each step." },
      ],
    }),
  },
  outputs: { noise: port.noise("first and later noise, by image") },
  forecast: (_inputs, { seeds }, { problem }) => {
    const message = refuse(seeds);
    if (message) problem({ port: "seeds", severity: "error", message });
    return {};
  },
  build: (_inputs, { seeds, generator, later }) => ({
    noise: seedsSource((b) => seedOf(seeds, b), { generator, later }),
  }),
});

function refuse(seeds: readonly number[]): string | null {
  if (seeds.length === 0) return "There is no seed. Enter one or more.";
  const wrong = seeds.find((seed) => !Number.isSafeInteger(seed) || seed < 0);
  return wrong === undefined ? null : `${wrong} is no seed. Seeds are whole numbers from 0 to 2^53.`;
}

function seedOf(seeds: readonly number[], b: number): bigint {
  const beyond = Math.max(0, b - (seeds.length - 1));
  return BigInt(seeds[b - beyond]) + BigInt(beyond);
}
