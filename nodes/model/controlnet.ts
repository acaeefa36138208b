import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { foundModel } from "../lib/foundModel.ts";

export const node = defineNode({
  type: "model/controlnet",
  version: 1,
  title: "ControlNet",
  summary: "Opens a ControlNet, which steers a model by a picture.",
  keywords: ["controlnetloader", "canny", "depth", "openpose", "scribble", "tile"],
  doc: doc`
    Opens a ControlNet of Stable Diffusion 1.5, 2 or SDXL in one .safetensors file. A **Control** node shows it a picture
    (edges, depth, a pose) and adds what it sees to the model's own maps.
  `,
  cites: [
    {
      id: "arXiv:2302.05543",
      by: "Zhang and others, 2023",
      title: "Adding Conditional Control to Text-to-Image Diffusion Models",
    },
  ],
  status: "stable",
  inputs: {},
  params: {
    path: param.file({ default: "", what: "checkpoint", label: "File", about: "A ControlNet as .safetensors." }),
  },
  outputs: { model: port.model("the control network", { label: "Control" }) },
  forecast: (_inputs, { path }, { facts, problem }) => {
    if (path !== "") return { model: foundModel(facts.control(path), "path", problem) };
    problem({ port: "path", severity: "error", message: "No ControlNet is chosen. Choose a .safetensors file." });
    return {};
  },
  build: (_inputs, { path }, context) => ({ model: context.control(path) }),
});
