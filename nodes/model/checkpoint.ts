import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { foundModel } from "../lib/foundModel.ts";

export const node = defineNode({
  type: "model/checkpoint",
  version: 1,
  title: "Checkpoint",
  summary: "Opens a checkpoint in one .safetensors file, in place and without conversion.",
  keywords: ["safetensors", "checkpointloadersimple", "sd 1.5", "sdxl", "sd3", "flux", "civitai", "model"],
  doc: doc`
    Opens the file that other programs use: Stable Diffusion 1 and 2, SDXL and its refiner, SD 3 and 3.5, FLUX.1. The
    architecture is read from the names and shapes of its tensors, its graph is built, and the weights stay in the file.

    Files often lack a text encoder or a VAE; **Model parts** adds them from other files. Pickles (\`.ckpt\`, \`.pt\`) are
    refused, since opening one can run any program.
  `,
  cites: [
    {
      id: "arXiv:2112.10752",
      by: "Rombach and others, 2022",
      title: "High-Resolution Image Synthesis with Latent Diffusion Models",
    },
    {
      id: "arXiv:2307.01952",
      by: "Podell and others, 2023",
      title: "SDXL: Improving Latent Diffusion Models for High-Resolution Image Synthesis",
    },
    {
      id: "arXiv:2403.03206",
      by: "Esser and others, 2024",
      title: "Scaling Rectified Flow Transformers for High-Resolution Image Synthesis",
    },
  ],
  status: "stable",
  inputs: {},
  params: {
    path: param.file({ default: "", what: "checkpoint", label: "File", about: "A .safetensors file." }),
  },
  outputs: { model: port.model("the file's networks and schedule") },
  forecast: (_inputs, { path }, { facts, problem }) => ({ model: foundModel(facts.checkpoint(path), "path", problem) }),
  build: (_inputs, { path }, context) => ({ model: context.checkpoint(path) }),
});
