import type { Model, Network } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { dot, normalizeRows, repeatRows } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { forNetwork, onlyOutput, type Preprocessing, preprocessingOf } from "../lib/preprocess.ts";
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
    let towers: Promise<Towers> | undefined;
    return {
      reward: {
        ...onImages,
        value: async (image) => {
          towers ??= openTowers(model, text);
          const { vision, words, preprocessing } = await towers;
          const pixels = forNetwork(image, preprocessing);
          const embeds = onlyOutput(await vision.run({ [Object.keys(vision.inputs)[0]]: pixels }));
          return dot(normalizeRows(embeds), repeatRows(words, image.shape[0]));
        },
      },
    };
  },
});

interface Towers {
  readonly vision: Network;
  /** Unit embedding of the text, [1, F]. */
  readonly words: Tensor;
  readonly preprocessing: Preprocessing;
}

async function openTowers(model: Model, text: string): Promise<Towers> {
  const [vision, language, config] = await Promise.all([
    model.network("clip/image_encoder.onnx"),
    model.network("clip/text_encoder.onnx"),
    model.readJson("clip/preprocessor_config.json"),
  ]);
  const [input, info] = Object.entries(language.inputs)[0];
  const ids = await model.tokenize(text, info.shape[1] ?? 77);
  const words = normalizeRows(onlyOutput(await language.run({ [input]: ids })));
  return { vision, words, preprocessing: preprocessingOf(config, vision) };
}
