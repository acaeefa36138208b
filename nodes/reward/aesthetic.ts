import type { Model } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { mean } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { openVision } from "../lib/clip.ts";
import { lazy } from "../lib/lazy.ts";
import { onlyOutput } from "../lib/preprocess.ts";
import { onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/aesthetic",
  version: 1,
  title: "Aesthetic reward",
  summary: "Scores how pleasing an image is, by a small head on CLIP features.",
  keywords: ["beauty", "laion", "aesthetic predictor", "quality", "head", "probe"],
  doc: doc`
    A **head**, which is a small ONNX network, gives a mark to the CLIP embedding of the image:

    $$R(x) = \operatorname{head}\bigl(u(x) / \lVert u(x)\rVert\bigr)$$

    The head must have been trained on the embeddings of the very CLIP that lies in the model folder's \`clip\` part; the
    heads of LAION's aesthetic predictor belong to CLIP ViT-L/14 (768 numbers) and give about 1 to 10. Its input is [B, F], its
    output one mark for each sample. Any property with examples can have a head: it is a linear or logistic regression.
  `,
  cites: [
    {
      id: "arXiv:2210.08402",
      by: "Schuhmann and others, 2022",
      title: "LAION-5B: An open large-scale dataset for training next generation image-text models",
    },
  ],
  status: "stable",
  inputs: { model: port.model("folder with a clip part") },
  params: {
    head: param.file({
      default: "",
      what: "onnx",
      about: "Network on embeddings, inside the model's folder or an absolute path.",
      placeholder: "aesthetic.onnx",
    }),
  },
  outputs: { reward: port.reward("the head's mark") },
  forecast: (_inputs, { head }, { problem }) => {
    if (head === "") problem({ port: "head", severity: "error", message: "No head is chosen. Choose an ONNX file." });
    return { reward: onImages };
  },
  build: ({ model }, { head }) => {
    const opened = lazy(() => Promise.all([openVision(model), openHead(model, head)]));
    return {
      reward: {
        ...onImages,
        value: async (image) => {
          const [embed, mark] = await opened();
          return mark(await embed(image));
        },
      },
    };
  },
});

async function openHead(model: Model, path: string) {
  const network = await model.network(path);
  const [input, { shape }] = Object.entries(network.inputs)[0];
  const wanted = shape[1] ?? null;
  return async (features: Tensor) => {
    if (wanted !== null && wanted !== features.shape[1])
      throw new Error(
        `${path} takes embeddings of ${wanted} numbers, but this CLIP gives ${features.shape[1]}. Use the head of this CLIP.`,
      );
    return mean(onlyOutput(await network.run({ [input]: features })));
  };
}
