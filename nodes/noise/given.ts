import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { cast } from "../../shared/tensor/index.ts";
import { formatShape, isFloatTensor } from "../../shared/tensor/tensor.ts";

export const node = defineNode({
  type: "noise/given",
  version: 1,
  title: "Given noise",
  summary: "Starts from noise that is at hand as a tensor.",
  keywords: ["refined noise", "initial noise", "tensor"],
  doc: doc`
    The first noise of a sampler is the given tensor, in units of a standard normal and shaped as the latent: refined
    noise, or any that a graph makes. Later draws come from the connected source.
  `,
  cites: [],
  status: "stable",
  inputs: {
    tensor: port.tensor("first noise, shaped as the latent"),
    noise: port.noise("later noise"),
  },
  params: {},
  outputs: { noise: port.noise("the given noise first, then the source's") },
  forecast: ({ tensor }) => ({ noise: tensor ? { shape: tensor.shape } : {} }),
  build: ({ tensor, noise }) => ({
    noise: {
      initial: (shape, dtype) => {
        if (!isFloatTensor(tensor)) throw new Error("The given noise holds whole numbers. Connect float32 or float64.");
        if (formatShape(tensor.shape) !== formatShape(shape)) {
          throw new Error(`The given noise is ${formatShape(tensor.shape)}, but the latent is ${formatShape(shape)}.`);
        }
        return cast(tensor, dtype);
      },
      between: noise.between,
      stream: noise.stream,
    },
  }),
});
