import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { foundModel } from "../lib/foundModel.ts";

export const node = defineNode({
  type: "model/lora",
  version: 1,
  title: "LoRA",
  summary: "Adds a LoRA to a checkpoint, with a strength that may change on the way.",
  keywords: ["loraloader", "locon", "lycoris", "loha", "lokr", "dora", "peft", "style", "character", "civitai"],
  doc: doc`
    Adds low-rank changes to the layers of a model: $W x + s\,\frac{\alpha}{r} B A x$. They run beside the layers, so the
    checkpoint stays as it is, and a new strength takes effect without loading anything again. **Strength** may be a curve:
    a style only in the late steps, a composition only in the early ones.

    Takes LoRA and LoCon, and their relatives LoHa, LoKr and DoRA, which are computed once and then need the memory of the
    layers that they change. Reads the names of kohya's trainer, LyCORIS, PEFT and diffusers. **Text strength** is for the
    layers in the text encoders.
  `,
  cites: [
    { id: "arXiv:2106.09685", by: "Hu and others, 2021", title: "LoRA: Low-Rank Adaptation of Large Language Models" },
    {
      id: "arXiv:2309.14859",
      by: "Yeh and others, 2023",
      title: "Navigating Text-To-Image Customization: From LyCORIS Fine-Tuning to Model Evaluation",
    },
    {
      id: "arXiv:2402.09353",
      by: "Liu and others, 2024",
      title: "DoRA: Weight-Decomposed Low-Rank Adaptation",
    },
  ],
  status: "stable",
  inputs: { model: port.model("checkpoint to change") },
  params: {
    path: param.file({ default: "", what: "checkpoint", label: "File", about: "A LoRA as .safetensors." }),
    strength: param.curve({
      default: 1,
      min: -10,
      max: 10,
      step: 0.05,
      slider: [-1, 2],
      safe: [0.4, 1],
      about: "Weight in the denoising network; 0 = off.",
    }),
    textStrength: param.number({
      default: 1,
      min: -10,
      max: 10,
      step: 0.05,
      onCard: false,
      about: "Weight in the text encoders.",
    }),
  },
  outputs: { model: port.model("model with the LoRA at work") },
  forecast: ({ model }, { path }, { facts, problem }) => {
    if (path === "") {
      problem({ port: "path", severity: "error", message: "No LoRA is chosen. Choose a .safetensors file." });
      return { model };
    }
    return model ? { model: foundModel(facts.withLora(model, path), "path", problem) } : {};
  },
  build: ({ model }, { path, strength, textStrength }, context) => ({
    model: context.withLora(model, { path, strength, textStrength }),
  }),
});
