import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { channelNorm, mean, scale, spreadChannels, sub, sumChannels } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { imageReward, onImages, towards } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/saturation",
  version: 1,
  title: "Saturation reward",
  summary: "Scores how strong the colours of an image are.",
  keywords: ["colourful", "vivid", "grey", "chroma", "color"],
  doc: doc`
    The mean distance of a pixel from grey, over all pixels:

    $$S(x) = \frac1N \sum_i \Bigl(\sum_c (x_{ic} - \bar x_i)^2\Bigr)^{1/2}$$

    where $\bar x_i$ is the mean of the pixel's red, green and blue. A grey image has 0, a pure red one 0.816. The reward is
    $S$, or with a **target** $-(S - t)^2$. Without a target it has no end: guidance will leave the range of colours.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    target: param.number({
      default: null,
      empty: "as much as possible",
      min: 0,
      max: 1,
      step: 0.01,
      decimals: 3,
      about: "Wanted saturation, 0 to 0.8.",
    }),
  },
  outputs: { reward: port.reward("mean distance from grey, or how near it is to the target") },
  forecast: () => ({ reward: onImages }),
  build: (_inputs, { target }) => imageReward((image) => towards(mean(channelNorm(chroma(image))), target)),
});

/** What every colour of a pixel differs by from their mean. */
function chroma(image: Tensor): Tensor {
  const channels = image.shape[1];
  return sub(image, spreadChannels(scale(sumChannels(image), 1 / channels), channels));
}
