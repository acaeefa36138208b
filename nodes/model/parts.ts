import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { foundModel } from "../lib/foundModel.ts";

const file = (label: string, about: string) =>
  param.file({ default: "", what: "checkpoint", label, about, onCard: false });

const names = ["unet", "clipL", "clipG", "clipH", "t5", "vae"] as const;

export const node = defineNode({
  type: "model/parts",
  version: 1,
  title: "Model parts",
  summary: "Completes or replaces parts of a checkpoint from other files.",
  keywords: ["vae", "vaeloader", "cliploader", "unetloader", "text encoder", "t5xxl", "dualcliploader"],
  doc: doc`
    Takes parts of a model from files of their own: the denoising network, the text encoders CLIP-L, CLIP-G, CLIP-H and
    T5, the VAE. An empty field keeps what the checkpoint has. FLUX and SD 3 are usually shared this way.
  `,
  cites: [],
  status: "stable",
  inputs: { model: port.model("the checkpoint to complete") },
  params: {
    unet: file("Network", "Denoising network (UNet or transformer)."),
    clipL: file("CLIP-L", "Text encoder of SD 1, SDXL, SD 3 and FLUX."),
    clipG: file("CLIP-G", "Second text encoder of SDXL and SD 3."),
    clipH: file("CLIP-H", "Text encoder of SD 2."),
    t5: file("T5", "Text encoder of SD 3 and FLUX; its tokenizer.json lies beside it."),
    vae: param.file({ default: "", what: "checkpoint", label: "VAE", about: "Decoder and encoder of pictures." }),
  },
  outputs: { model: port.model("the model with these parts") },
  forecast: ({ model }, params, { facts, problem }) => {
    let made = model;
    for (const name of names) {
      if (made && params[name] !== "") made = foundModel(facts.withPart(made, name, params[name]), name, problem);
    }
    return { model: made };
  },
  build: ({ model }, params, context) => {
    const chosen = names.filter((name) => params[name] !== "").map((name) => [name, params[name]] as const);
    return { model: chosen.length === 0 ? model : context.withParts(model, Object.fromEntries(chosen)) };
  },
});
