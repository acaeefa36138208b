import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { dot, repeatRows } from "../../shared/tensor/index.ts";
import { embedWords, openVision } from "../lib/clip.ts";
import { lazy } from "../lib/lazy.ts";
import { onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/clip",
  version: 1,
  title: "CLIP reward",
  summary: "Scores how well an image fits a text, by CLIP.",
  keywords: ["clip score", "similarity", "text alignment"],
  doc: doc`
    The cosine between the CLIP embeddings of the image and the text:

    $$R(x) = \frac{\langle u(x), v\rangle}{\lVert u(x)\rVert\,\lVert v\rVert}$$

    Uses the two towers in the model folder's \`clip\` part. Higher is better; the mini-CLIP of the embedded model gives
    about 0.86 for a picture that fits its prompt.
  `,
  cites: [
    {
      id: "arXiv:2103.00020",
      by: "Radford and others, 2021",
      title: "Learning Transferable Visual Models From Natural Language Supervision",
    },
  ],
  status: "stable",
  inputs: { model: port.model("folder with a clip part") },
  params: {
    text: param.text({
      default: "",
      multiline: true,
      placeholder: "What the image should show",
      about: "The text to compare with.",
    }),
  },
  outputs: { reward: port.reward("cosine of image and text, −1 to 1") },
  forecast: () => ({ reward: onImages }),
  build: ({ model }, { text }) => {
    const towers = lazy(() => Promise.all([openVision(model), embedWords(model, text)]));
    return {
      reward: {
        ...onImages,
        value: async (image) => {
          const [embed, words] = await towers();
          return dot(await embed(image), repeatRows(words, image.shape[0]));
        },
      },
    };
  },
});
