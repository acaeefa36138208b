import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { reshape } from "../../shared/tensor/index.ts";
import { fitMask, onceForShape } from "../lib/mask.ts";
import { brightness, channelMeans } from "../lib/picture.ts";
import { imageReward, onImages, towards } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/brightness",
  version: 1,
  title: "Brightness reward",
  summary: "Scores how bright an image is.",
  keywords: ["light", "dark", "exposure", "luminance"],
  doc: doc`
    The mean brightness (0.2126 red + 0.7152 green + 0.0722 blue, on the values as they are) is $S$. The reward is $S$, or
    with a **target** $-(S - t)^2$, which is 0 at the target.

    With a **mask** the brightness under its white part counts: light from a window on the left, a dark corner.
  `,
  cites: [],
  status: "stable",
  inputs: { mask: port.mask("where it counts; everywhere without it", { optional: true }) },
  params: {
    target: param.number({
      default: null,
      empty: "as much as possible",
      min: 0,
      max: 1,
      step: 0.01,
      decimals: 3,
      about: "Wanted mean brightness, 0 to 1.",
    }),
  },
  outputs: { reward: port.reward("mean brightness, or how near it is to the target") },
  forecast: () => ({ reward: onImages }),
  build: ({ mask }, { target }) => {
    const fitted = onceForShape((like) => mask && fitMask(mask, like));
    return imageReward((image) => {
      const means = channelMeans(brightness(image), fitted(image));
      return towards(reshape(means, [image.shape[0]]), target);
    });
  },
});
