import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { nothingToDecode } from "../../shared/testbed/bed.ts";
import { tileParams } from "../lib/tileParams.ts";

export const node = defineNode({
  type: "latent/decode",
  version: 1,
  title: "Decode latent",
  summary: "Turns a latent into an image with the model's decoder.",
  keywords: ["vae", "decoder", "image", "vaedecode"],
  doc: doc`
    Runs the decoder of the model's autoencoder. The result is not clamped: values outside 0..1 are kept for later nodes
    and cut only when the picture is shown or saved.

    A picture that there is no memory for is decoded in overlapping tiles, which are blended linearly; **Tile** asks for
    them always. No seams are seen, but each tile has brightness statistics of its own in the decoder's normalisation
    layers: tiles below 512 px may drift in tone from one another.
  `,
  cites: [
    {
      id: "arXiv:2112.10752",
      by: "Rombach and others, 2022",
      title: "High-Resolution Image Synthesis with Latent Diffusion Models",
      where: "section 3.1",
    },
  ],
  status: "stable",
  inputs: { model: port.model("whose decoder to use"), latent: port.latent("latent in the model's scaled space") },
  params: tileParams,
  outputs: { image: port.image("decoded image") },
  sessions: ["vae_decoder"],
  forecast: ({ model, latent }, _params, { problem }) => {
    if (model?.latent.width === 0) {
      problem({ port: "model", severity: "error", message: nothingToDecode(model.name) });
      return {};
    }
    if (!model || !latent) return {};
    const [batch, channels, height, width] = latent.shape;
    if (channels !== model.latent.channels) {
      const message = `Latent has ${channels} channels, but this model takes ${model.latent.channels}. Use a latent from the same model.`;
      problem({ port: "latent", severity: "error", message });
    }
    return { image: { shape: [batch, 3, height * model.latent.factor, width * model.latent.factor] } };
  },
  run: async ({ model, latent }, { tile, overlap }, context) => {
    const image = await model.decode(latent, { tile, overlap, onTile: context.progress });
    await context.show(image);
    return { image };
  },
});
