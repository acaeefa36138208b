import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { affineChannels, mean, scale, square } from "../../shared/tensor/index.ts";
import { colourNumbers } from "../lib/colour.ts";
import { fitMask, onceForShape } from "../lib/mask.ts";
import { channelMeans } from "../lib/picture.ts";
import { onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/mean-colour",
  version: 1,
  title: "Mean colour reward",
  summary: "Scores how near the mean colour of an image is to a chosen one.",
  keywords: ["color", "palette", "tint", "background", "brightness"],
  doc: doc`
    The squared distance of the mean colour, of red, green and blue alike, below 0:

    $$R(x) = -\tfrac13 \sum_c (\bar x_c - t_c)^2$$

    With a **mask** the mean is that of the white part: the colour of a sky or of a background. 0 is a perfect fit, −1 the
    opposite corner of the cube. It says nothing about how the colours are spread; for that there is the histogram reward.
  `,
  cites: [],
  status: "stable",
  inputs: { mask: port.mask("where the colour counts; everywhere without it", { optional: true }) },
  params: { colour: param.color({ default: "#808080", about: "The mean colour that is wanted." }) },
  outputs: { reward: port.reward("0 for the chosen colour, −1 and more for others") },
  forecast: () => ({ reward: onImages }),
  build: ({ mask }, { colour }) => {
    const target = colourNumbers(colour);
    const fitted = onceForShape((like) => mask && fitMask(mask, like));
    return {
      reward: {
        ...onImages,
        value: async (image) => {
          const means = channelMeans(image, fitted(image));
          const errors = affineChannels(
            { ...means, shape: [...means.shape, 1, 1] },
            [1, 1, 1],
            target.map((one) => -one),
          );
          return scale(mean(square(errors)), -1);
        },
      },
    };
  },
});
