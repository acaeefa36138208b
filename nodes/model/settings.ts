import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { foundModel } from "../lib/foundModel.ts";

export const node = defineNode({
  type: "model/settings",
  version: 1,
  title: "Model settings",
  summary: "Tells a checkpoint what its file does not say: prediction, zero terminal level, clip skip.",
  keywords: ["modelsamplingdiscrete", "v-prediction", "vpred", "zsnr", "clipsetlastlayer", "clip skip"],
  doc: doc`
    A checkpoint's file does not always say what its network was trained to predict. Wrong **prediction** gives noise or a
    flat, dark picture: fine-tunes of SDXL with v-prediction are the usual case. **Zero terminal** is for models that were
    trained to start from pure noise; without it their pictures never get quite dark or bright.

    **Clip skip** takes the states of an earlier layer of CLIP, for models that were trained so: 1 the last layer, 2 the
    last but one. It concerns Stable Diffusion 1 and 2.
  `,
  cites: [
    {
      id: "arXiv:2305.08891",
      by: "Lin and others, 2023",
      title: "Common Diffusion Noise Schedules and Sample Steps are Flawed",
    },
  ],
  status: "stable",
  inputs: { model: port.model("a checkpoint") },
  params: {
    prediction: param.select({
      default: "own",
      about: "What the network predicts.",
      options: [
        { value: "own", label: "As recognised", about: "What the file tells." },
        { value: "eps", label: "Noise (eps)", about: "Most models of Stable Diffusion 1 and SDXL." },
        { value: "v", label: "Velocity (v)", about: "Stable Diffusion 2 at 768, fine-tunes that say v-prediction." },
      ],
    }),
    zeroTerminal: param.boolean({
      default: false,
      label: "Zero terminal",
      about: "The noisiest level is pure noise (zero terminal signal-to-noise ratio).",
    }),
    clipSkip: param.integer({
      default: 0,
      min: 0,
      max: 24,
      label: "Clip skip",
      about: "Layer of CLIP from the end; 0 = the model's own.",
    }),
  },
  outputs: { model: port.model("the model under these settings") },
  forecast: ({ model }, settings, { facts, problem }) =>
    model ? { model: foundModel(facts.withSettings(model, settings), "prediction", problem) } : {},
  build: ({ model }, settings, context) => ({ model: context.withSettings(model, settings) }),
});
