import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { std } from "../../shared/tensor/index.ts";
import { brightness } from "../lib/picture.ts";
import { imageReward, onImages, towards } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/contrast",
  version: 1,
  title: "Contrast reward",
  summary: "Scores how far apart the light and the dark of an image are.",
  keywords: ["range", "flat", "punch", "standard deviation"],
  doc: doc`
    The standard deviation of the brightness is $S$. The reward is $S$, or with a **target** $-(S - t)^2$, which is 0 at the
    target. A flat image has 0, half black and half white has 0.5.
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
      about: "Wanted contrast, 0 to 0.5.",
    }),
  },
  outputs: { reward: port.reward("deviation of the brightness, or how near it is to the target") },
  forecast: () => ({ reward: onImages }),
  build: (_inputs, { target }) => imageReward((image) => towards(std(brightness(image)), target)),
});
