import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { scale } from "../../shared/tensor/index.ts";
import { withBeside } from "../lib/beside.ts";
import { shownBeside } from "../lib/fitConditioning.ts";

export const node = defineNode({
  type: "conditioning/edit-image",
  version: 1,
  title: "Edit conditioning",
  summary: "Shows an InstructPix2Pix model the picture that its instruction is about.",
  keywords: ["instructpix2pix", "instructpixtopixconditioning", "ip2p", "edit", "instruction"],
  doc: doc`
    InstructPix2Pix follows instructions (“make it winter”). Its network reads the latent of the picture beside the noisy
    one, in the autoencoder's own scale.

    It is guided by picture and text at once:

    $$\hat D = D(\varnothing, \varnothing) + s_I\,(D(c_I, \varnothing) - D(\varnothing, \varnothing)) + s_T\,(D(c_I, c_T) - D(c_I, \varnothing))$$

    Make three Condition nodes: the empty text with the picture **hidden**, the empty text with it **shown**, the instruction
    with it shown. Connect the first as the weak side of **Several conditions**, the others as its conditions in this order;
    set its scale to 1, **from** to the condition before it, and the weights to $s_I$ and $s_T$ (1.5 and 7.5 in the paper).
    Sample from an empty latent at full strength.
  `,
  cites: [
    {
      id: "arXiv:2211.09800",
      by: "Brooks and others, 2022",
      title: "InstructPix2Pix: Learning to Follow Image Editing Instructions",
      where: "eq. 3",
    },
  ],
  status: "stable",
  inputs: {
    model: port.model("an InstructPix2Pix checkpoint, for its encoder"),
    conditioning: port.conditioning("the instruction"),
    image: port.image("picture to edit, as large as the latent's"),
  },
  params: {
    picture: param.select({
      default: "shown",
      about: "What the network sees of the picture.",
      options: [
        { value: "shown", label: "Shown", about: "Its latent." },
        { value: "hidden", label: "Hidden", about: "Zeros: the side of the guidance without picture." },
      ],
    }),
  },
  outputs: { conditioning: port.conditioning("the same, with the picture") },
  sessions: ["vae_encoder"],
  forecast: ({ model, conditioning }, _params, { problem }) => {
    if (model && model.beside !== "instruct-pix2pix") {
      const message = `${model.name} is no InstructPix2Pix model: it takes no picture. Take such a checkpoint, or connect the conditioning itself.`;
      problem({ port: "model", severity: "error", message });
    }
    return { conditioning: shownBeside(conditioning, "instruct-pix2pix") };
  },
  run: async ({ model, conditioning, image }, { picture }) => {
    const latent = await model.encode(image);
    const factor = picture === "hidden" ? 0 : 1 / (model.info.latent.scale ?? 1);
    return { conditioning: withBeside(conditioning, scale(latent, factor)) };
  },
});
