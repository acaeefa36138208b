import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { refuseLabel } from "../../shared/testbed/mixture.ts";
import { emptied, emptyParam } from "../lib/emptyText.ts";
import { encodedBy } from "../lib/fitConditioning.ts";
import { sizeParams, sizesToExtra } from "../lib/pictureSize.ts";
import { weightsParam } from "../lib/weightsParam.ts";

export const node = defineNode({
  type: "text/encode",
  version: 2,
  title: "Encode text",
  summary: "Turns a prompt into what the denoising network is conditioned on.",
  keywords: [
    "textual inversion",
    "embedding",
    "conditioningzeroout",
    "prompt",
    "clip",
    "negative prompt",
    "conditioning",
    "cliptextencode",
    "attention weights",
    "emphasis",
  ],
  doc: doc`
    Splits the text into tokens and runs the model's text encoders. The result conditions the network through cross
    attention. An **empty text** gives the unconditional embedding that classifier-free guidance needs for its weak
    side; a text of unwanted things there is a negative prompt.

    CLIP reads 75 tokens at a time: with checkpoints a longer text goes on in further chunks, each with its own start and
    end. With model folders, and beyond 512 tokens of T5, what does not fit is cut, and the node says so.

    SDXL was trained with the size and the crop of each picture. The sizes here tell it another: a small original size gives
    a coarse picture, a crop an off-centre one. Other models take no notice.

    With checkpoints \`embedding:name\` in the text is a **textual inversion**: the rows of \`name.safetensors\`, which is
    looked for beside the document, beside the checkpoint, in folders \`embeddings\` there and in those of ComfyUI and
    AUTOMATIC1111. Each row takes the place of one token.

    **Empty text** may be zeros instead of what the encoders say of it: SDXL was trained with zeros, and diffusers takes
    them; ComfyUI encodes. Pictures differ a little.

    A test bed takes one of its labels as
    text; empty text means its whole mixture.
  `,
  cites: [
    {
      id: "arXiv:2103.00020",
      by: "Radford and others, 2021",
      title: "Learning Transferable Visual Models From Natural Language Supervision",
    },
    {
      id: "arXiv:2307.01952",
      by: "Podell and others, 2023",
      title: "SDXL: Improving Latent Diffusion Models for High-Resolution Image Synthesis",
    },
    {
      id: "arXiv:2208.01618",
      by: "Gal and others, 2022",
      title: "An Image is Worth One Word: Personalizing Text-to-Image Generation using Textual Inversion",
    },
  ],
  status: "stable",
  inputs: { model: port.model("whose text encoders to use") },
  params: {
    text: param.text({ default: "", multiline: true, placeholder: "Empty prompt", about: "The prompt." }),
    weights: weightsParam("comfyui"),
    empty: emptyParam,
    ...sizeParams,
  },
  outputs: { conditioning: port.conditioning("embedding of the text") },
  sessions: ["text_encoder"],
  forecast: ({ model }, { text }, { problem }) => {
    const message = model?.labels ? refuseLabel(model.labels, text) : null;
    if (message) problem({ port: "text", severity: "error", message });
    return { conditioning: encodedBy(model) };
  },
  run: async ({ model }, { text, weights, empty, ...sizes }, context) => {
    const encoded = await model.encodeText(text, weights, context.folder);
    const conditioning = emptied(encoded, text, empty);
    if (conditioning.cutTokens)
      context.warn(`The last ${conditioning.cutTokens} tokens of this prompt did not fit and were cut.`);
    return { conditioning: { ...conditioning, extra: { ...conditioning.extra, ...sizesToExtra(sizes) } } };
  },
});
