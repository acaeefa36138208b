import type { Conditioning, Model, Network } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, cast, fromNumbers } from "../../shared/tensor/index.ts";
import { type AnyTensor, dtypeOf, formatShape, type Tensor } from "../../shared/tensor/tensor.ts";
import { onlyOutput } from "../lib/preprocess.ts";

export const node = defineNode({
  type: "noise/refine",
  version: 1,
  title: "Refine noise",
  summary: "Lets a network change the first noise, so that guidance is needed less.",
  keywords: ["noiserefine", "golden noise", "noise prompt", "learned noise", "guidance-free"],
  doc: doc`
    Some noise leads to good pictures by itself. A small network that was trained for it moves the drawn noise there, so
    that a walk **without guidance** gives what a guided one would: one more call at the start in the place of one more in
    every step.

    $$\hat x_T = x_T + g(x_T, c)$$

    **File** is the network: an ONNX graph inside the model's folder, or an absolute path. Its four-dimensional input gets
    the noise; \`timestep\` and \`encoder_hidden_states\`, where it has them, get the last timestep and the conditioning.
    **Gives** says whether it answers with the change $g$ or with the refined noise.

    Connect the result with \`noise/given\`. Refined noise is no longer normal: do not scale it. A refiner belongs to the
    model, the number of steps and the deterministic sampler that it was trained with. **Costs** one call of the refiner, which is not counted as an evaluation of the model.
  `,
  cites: [
    {
      id: "arXiv:2412.03895",
      by: "Ahn and others, 2024",
      title: "A Noise is Worth Diffusion Guidance",
    },
  ],
  status: "stable",
  inputs: {
    noise: port.noise("noise to refine"),
    latent: port.latent("gives the shape"),
    model: port.model("folder with the refiner"),
    conditioning: port.conditioning("prompt that the noise should suit", { optional: true }),
  },
  params: {
    path: param.file({
      default: "",
      what: "onnx",
      label: "File",
      about: "The refiner, inside the model's folder or absolute.",
    }),
    gives: param.select({
      default: "change",
      onCard: false,
      about: "What the refiner answers with.",
      options: [
        { value: "change", label: "the change", about: "Is added to the noise." },
        { value: "noise", label: "refined noise", about: "Takes the place of the noise." },
      ],
    }),
  },
  outputs: { tensor: port.tensor("refined noise, in units of a standard normal") },
  forecast: ({ latent }, { path }, { problem }) => {
    if (path === "")
      problem({ port: "path", severity: "error", message: "No refiner is chosen. Choose an .onnx file." });
    return { tensor: latent };
  },
  run: async ({ noise, latent, model, conditioning }, { path, gives }) => {
    const drawn = noise.initial(latent.shape, dtypeOf(latent));
    const network = await model.network(path);
    const answer = onlyOutput(await network.run(feedsOf(network, cast(drawn, "float32"), model, conditioning)));
    if (formatShape(answer.shape) !== formatShape(drawn.shape)) {
      throw new Error(
        `This refiner answers with ${formatShape(answer.shape)} to noise of ${formatShape(drawn.shape)}.`,
      );
    }
    const refined = cast(answer, dtypeOf(drawn));
    return { tensor: gives === "change" ? add(drawn, refined) : refined };
  },
});

function feedsOf(
  { inputs }: Network,
  noise: Tensor,
  { info }: Model,
  conditioning: Conditioning | undefined,
): Record<string, AnyTensor> {
  const told: Readonly<Record<string, Tensor | undefined>> = {
    timestep: fromNumbers([info.schedule.trainSteps - 1]),
    encoder_hidden_states: conditioning?.context,
    text_embeds: conditioning?.pooled,
    ...conditioning?.extra,
  };
  const feeds = Object.entries(inputs).map(([name, { shape }]) => {
    const feed = told[name] ?? (shape.length === noise.shape.length ? noise : undefined);
    if (!feed) throw new Error(`This refiner needs “${name}”. Connect a conditioning that has it.`);
    return [name, feed] as const;
  });
  return Object.fromEntries(feeds);
}
