import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { nothingToEncode } from "../../shared/testbed/bed.ts";
import { tileParams } from "../lib/tileParams.ts";

export const node = defineNode({
  type: "latent/encode",
  version: 1,
  title: "Encode image",
  summary: "Turns an image into a latent with the model's encoder.",
  keywords: ["vae", "encoder", "image to image", "img2img", "vaeencode"],
  doc: doc`
    Runs the encoder of the model's autoencoder and takes the mean of its distribution. Sample from it with a schedule
    of **strength** below 1 to redraw a picture while keeping its composition.

    A picture that there is no memory for is encoded in overlapping tiles; **Tile** asks for them always.
  `,
  cites: [
    {
      id: "arXiv:2108.01073",
      by: "Meng and others, 2021",
      title: "SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations",
    },
  ],
  status: "stable",
  inputs: {
    model: port.model("whose encoder to use"),
    image: port.image("picture; its sides are multiples of the model's factor"),
  },
  params: tileParams,
  outputs: { latent: port.latent("mean latent, scaled") },
  sessions: ["vae_encoder"],
  forecast: ({ model, image }, _params, { problem }) => {
    if (model?.latent.width === 0) {
      problem({ port: "model", severity: "error", message: nothingToEncode(model.name) });
      return {};
    }
    if (!model || !image) return {};
    const [batch, , height, width] = image.shape;
    const { factor, channels } = model.latent;
    if (height % factor !== 0 || width % factor !== 0) {
      problem({
        port: "image",
        severity: "error",
        message: `Image is ${width} × ${height} px, but this model needs sides that are multiples of ${factor}. Resize or crop it.`,
      });
    }
    return { latent: { shape: [batch, channels, Math.floor(height / factor), Math.floor(width / factor)] } };
  },
  run: async ({ model, image }, { tile, overlap }, context) => ({
    latent: await model.encode(image, { tile, overlap, onTile: context.progress }),
  }),
});
