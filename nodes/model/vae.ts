import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { foundModel } from "../lib/foundModel.ts";

export const node = defineNode({
  type: "model/vae",
  version: 1,
  title: "VAE",
  summary: "Gives a checkpoint another decoder and encoder of pictures.",
  keywords: ["vaeloader", "autoencoder", "ft-mse", "decoder", "washed out"],
  doc: doc`
    Takes the autoencoder of another file. A checkpoint whose pictures look washed out, or which has none, wants one made
    for its family: latents of 4 channels for Stable Diffusion 1, 2 and SDXL (not exchangeable between SDXL and the others),
    16 channels for SD 3 and FLUX.
  `,
  cites: [
    {
      id: "arXiv:2112.10752",
      by: "Rombach and others, 2022",
      title: "High-Resolution Image Synthesis with Latent Diffusion Models",
    },
  ],
  status: "stable",
  inputs: { model: port.model("a checkpoint") },
  params: {
    path: param.file({
      default: "",
      what: "checkpoint",
      label: "File",
      about: "A VAE, or a checkpoint that holds one.",
    }),
  },
  outputs: { model: port.model("the model with this VAE") },
  forecast: ({ model }, { path }, { facts, problem }) => {
    if (path === "") {
      problem({ port: "path", severity: "error", message: "No VAE is chosen. Choose a .safetensors file." });
      return { model };
    }
    return model ? { model: foundModel(facts.withPart(model, "vae", path), "path", problem) } : {};
  },
  build: ({ model }, { path }, context) => ({ model: context.withParts(model, { vae: path }) }),
});
