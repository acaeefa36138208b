import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { refuseLabel } from "../../shared/testbed/mixture.ts";
import { weightsParam } from "../lib/weightsParam.ts";

export const node = defineNode({
  type: "text/encode",
  version: 2,
  title: "Encode text",
  summary: "Turns a prompt into what the denoising network is conditioned on.",
  keywords: ["prompt", "clip", "negative prompt", "conditioning", "cliptextencode", "attention weights", "emphasis"],
  doc: doc`
    Splits the text into tokens and runs the model's text encoders. The result conditions the network through cross
    attention. An **empty text** gives the unconditional embedding that classifier-free guidance needs for its weak
    side; a text of unwanted things there is a negative prompt.

    Text beyond the encoder's length is cut; the node says so when that happens. A test bed takes one of its labels as
    text; empty text means its whole mixture.
  `,
  cites: [
    {
      id: "arXiv:2103.00020",
      by: "Radford and others, 2021",
      title: "Learning Transferable Visual Models From Natural Language Supervision",
    },
  ],
  status: "stable",
  inputs: { model: port.model("whose text encoders to use") },
  params: {
    text: param.text({ default: "", multiline: true, placeholder: "Empty prompt", about: "The prompt." }),
    weights: weightsParam("comfyui"),
  },
  outputs: { conditioning: port.conditioning("embedding of the text") },
  sessions: ["text_encoder"],
  forecast: ({ model }, { text }, { problem }) => {
    const message = model?.labels ? refuseLabel(model.labels, text) : null;
    if (message) problem({ port: "text", severity: "error", message });
    return {};
  },
  run: async ({ model }, { text, weights }, context) => {
    const conditioning = await model.encodeText(text, weights);
    if (conditioning.cutTokens)
      context.warn(`The last ${conditioning.cutTokens} tokens of this prompt did not fit and were cut.`);
    return { conditioning };
  },
});
