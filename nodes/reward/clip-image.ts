import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { dot } from "../../shared/tensor/index.ts";
import { openVision } from "../lib/clip.ts";
import { lazy } from "../lib/lazy.ts";
import { fitRows } from "../lib/picture.ts";
import { onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/clip-image",
  version: 1,
  title: "CLIP image reward",
  summary: "Scores how alike an image and a picture are in meaning, by CLIP.",
  keywords: ["similarity", "reference", "variation", "identity", "clip score"],
  doc: doc`
    The cosine between the CLIP embeddings of the image and the picture:

    $$R(x) = \frac{\langle u(x), u(y)\rangle}{\lVert u(x)\rVert\,\lVert u(y)\rVert}$$

    It compares what is shown and its manner, and neither pixels nor places: the picture may have any size. Uses the image
    tower in the model folder's \`clip\` part. 1 is the picture itself; unlike pictures still have well above 0.
  `,
  cites: [
    {
      id: "arXiv:2103.00020",
      by: "Radford and others, 2021",
      title: "Learning Transferable Visual Models From Natural Language Supervision",
    },
  ],
  status: "stable",
  inputs: { model: port.model("folder with a clip part"), picture: port.image("picture to be like") },
  params: {},
  outputs: { reward: port.reward("cosine of the two, −1 to 1") },
  forecast: () => ({ reward: onImages }),
  build: ({ model, picture }) => {
    const opened = lazy(async () => {
      const embed = await openVision(model);
      return { embed, goal: await embed(picture) };
    });
    return {
      reward: {
        ...onImages,
        value: async (image) => {
          const { embed, goal } = await opened();
          return dot(await embed(image), fitRows(goal, image.shape[0]));
        },
      },
    };
  },
});
