import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { NoiseSource } from "../../shared/noise.ts";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { cast } from "../../shared/tensor/index.ts";
import { type AnyTensor, formatShape, isFloatTensor } from "../../shared/tensor/tensor.ts";

export const node = defineNode({
  type: "noise/tensor",
  version: 1,
  title: "Noise from file",
  summary: "Starts from noise that another program wrote.",
  keywords: ["npy", "numpy", "reproduce", "reference"],
  doc: doc`
    The first noise comes from a \`.npy\` file in units of a standard normal, so that a run can be repeated that began in
    another program. It has the shape of the latent; float32 is widened where the latent is float64. Later draws, if the
    sampler makes any, come from Philox with the seed given here, by **later** and **per sample** as in Gaussian noise: with
    both at their defaults, one draw after the other for the whole batch.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    path: param.file({ default: "", what: "npy", label: "File", about: "A .npy file shaped as the latent." }),
    seed: param.seed({ default: 0, about: "Seed of later draws." }),
    perSample: param.boolean({ default: false, onCard: false, about: "Later draws of image b use seed + b." }),
    later: param.select({
      default: "sequence",
      onCard: false,
      about: "Noise of stochastic steps.",
      options: [
        { value: "sequence", about: "The generator's next draw for each step." },
        { value: "brownian", about: "One path for every number of steps." },
      ],
    }),
  },
  outputs: { noise: port.noise("the file's noise first, then Philox") },
  forecast: (_inputs, { path }, { facts, problem }) => {
    if (path === "") problem({ port: "path", severity: "error", message: "No file is chosen. Choose a .npy file." });
    const shape = path === "" ? undefined : facts.tensorShape(path);
    return { noise: shape ? { shape } : {} };
  },
  build: (_inputs, { path, seed, perSample, later }, context) => {
    const source = gaussianSource({ seed, generator: "philox", perSample, later });
    return { noise: { ...source, initial: firstDraw(context.tensorFile(path), path) } };
  },
});

function firstDraw(file: AnyTensor, path: string): NoiseSource["initial"] {
  return (shape, dtype) => {
    if (!isFloatTensor(file)) throw new Error(`${path} holds whole numbers, not noise. Save it as float32 or float64.`);
    if (formatShape(file.shape) !== formatShape(shape)) {
      throw new Error(`The noise in ${path} is ${formatShape(file.shape)}, but the latent is ${formatShape(shape)}.`);
    }
    return cast(file, dtype);
  };
}
