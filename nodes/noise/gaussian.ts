import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param, seedMode } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";

export const node = defineNode({
  type: "noise/gaussian",
  version: 2,
  title: "Gaussian noise",
  summary: "Draws the noise of a run from a seed.",
  keywords: ["seed", "random", "philox", "torch", "rng", "brownian tree", "sde"],
  doc: doc`
    The source of all randomness of a sampler: the noise it starts from and every later draw. One seed gives one image,
    on every machine.

    **philox** is the counter-based generator that PyTorch uses on CUDA (ComfyUI's and A1111's GPU noise); **torch-cpu**
    repeats \`torch.randn\` on the CPU for the same seed. With **per sample**, image number $b$ of a batch is what a batch of
    one gives for seed $+ b$; without, the whole batch is one draw, as in PyTorch.

    **Later** is the noise of stochastic samplers between two levels. **brownian** takes the increments of one Brownian
    path $B$ that the seed fixes:

    $$\varepsilon(\sigma \to n) = \frac{B(n^{-2}) - B(\sigma^{-2})}{\sqrt{n^{-2} - \sigma^{-2}}}$$

    A step cut in two gets the same noise in sum, so a picture changes as little as it can with the number of steps, and a
    walk that is split between two samplers goes on as if it were one. **sequence** takes the generator's next draw for
    each step, as the ancestral samplers of k-diffusion do: other step counts are other pictures, but runs of programs
    that draw in sequence can be repeated.
  `,
  cites: [
    {
      id: "doi:10.1145/2063384.2063405",
      by: "Salmon and others, 2011",
      title: "Parallel Random Numbers: As Easy as 1, 2, 3",
    },
    {
      id: "arXiv:2405.06464",
      by: "Jelinčič and others, 2024",
      title: "Single-Seed Generation of Brownian Paths and Integrals for Adaptive and High Order SDE Solvers",
    },
  ],
  status: "stable",
  inputs: {},
  params: {
    seed: param.seed({ default: 0, mode: "seedMode", about: "A whole number from 0 to 2^64 − 1." }),
    seedMode: seedMode(),
    generator: param.select({
      default: "philox",
      about: "Algorithm that turns the seed into noise.",
      options: [
        { value: "philox", about: "Counter-based; as PyTorch on CUDA, A1111 and ComfyUI's GPU noise." },
        { value: "torch-cpu", about: "Mersenne Twister; as torch.randn on the CPU, ComfyUI's default." },
      ],
    }),
    perSample: param.boolean({ default: false, onCard: false, about: "Image b of a batch uses seed + b." }),
    later: param.select({
      default: "brownian",
      onCard: false,
      about: "Noise of stochastic steps.",
      options: [
        { value: "brownian", about: "One path for every number of steps." },
        { value: "sequence", about: "The generator's next draw for each step; as k-diffusion's ancestral samplers." },
      ],
    }),
  },
  outputs: { noise: port.noise("first and later noise") },
  build: (_inputs, { seed, generator, perSample, later }) => ({
    noise: gaussianSource({ seed, generator, perSample, later }),
  }),
});
