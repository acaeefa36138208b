import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "model/load",
  version: 1,
  title: "Load model",
  summary: "Opens a diffusion model: a folder as Optimum exports it.",
  keywords: ["checkpoint", "pipeline", "onnx", "optimum", "stable diffusion", "unet", "vae"],
  doc: doc`
    Names a model folder in the layout that Hugging Face Optimum writes: \`model_index.json\` with \`unet\` or
    \`transformer\`, \`text_encoder\`, \`vae_decoder\`, \`vae_encoder\`, \`tokenizer\` and \`scheduler\` beside it.
    Everything about the model (prediction type, noise schedule, latent scaling, sizes) is read from these files.

    Leave the folder empty for the small model that comes with Fairlead. **Network** picks another denoising network of
    the same folder, for example a weaker one for autoguidance. Networks are opened when they are first needed and stay
    open for the next run.
  `,
  cites: [
    {
      id: "arXiv:2112.10752",
      by: "Rombach and others, 2022",
      title: "High-Resolution Image Synthesis with Latent Diffusion Models",
    },
  ],
  status: "stable",
  inputs: {},
  params: {
    path: param.file({
      default: "",
      what: "model-folder",
      label: "Folder",
      about: "Model folder; empty = the embedded model.",
      placeholder: "emoji-scenes",
    }),
    network: param.select({
      default: "",
      open: true,
      about: "Denoising network of the folder; empty = the one that model_index.json names.",
      options: [{ value: "", label: "default" }],
    }),
  },
  outputs: { model: port.model("the folder's networks, tokenizer and schedule") },
  forecast: (_inputs, { path, network }, { facts, problem }) => {
    const found = facts.model(path, network);
    if ("info" in found) return { model: found.info };
    problem({ port: "path", severity: "error", message: found.problem });
    return {};
  },
  build: (_inputs, { path, network }, context) => ({ model: context.model(path, network) }),
});
