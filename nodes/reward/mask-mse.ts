import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { mean, scale, square, sub } from "../../shared/tensor/index.ts";
import { fitMask, onceForShape } from "../lib/mask.ts";
import { fitPicture, maskedMean } from "../lib/picture.ts";
import { onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/mask-mse",
  version: 1,
  title: "Masked error reward",
  summary: "Scores how near an image is to a picture, inside a mask.",
  keywords: ["mse", "l2", "squared error", "reconstruction", "reference", "similarity"],
  doc: doc`
    The mean squared error of all pixels and colours under the mask, below 0:

    $$R(x) = -\frac{\sum_i m_i\,(x_i - y_i)^2}{\sum_i m_i}$$

    A grey mask counts by its value; without one every pixel counts. The size of the mask does not matter: it is a mean.
    For a known part of a picture with known noise take the inpainting reward, a true log-likelihood.
  `,
  cites: [],
  status: "stable",
  inputs: {
    picture: port.image("what the image should look like; fitted to its size"),
    mask: port.mask("where it counts; everywhere without it", { optional: true }),
  },
  params: {},
  outputs: { reward: port.reward("0 for the same pixels, −1 for opposite ones") },
  forecast: () => ({ reward: onImages }),
  build: ({ picture, mask }) => {
    const target = onceForShape((like) => fitPicture(picture, like));
    const fitted = onceForShape((like) => mask && fitMask(mask, like));
    return {
      reward: {
        ...onImages,
        value: async (image) => {
          const errors = square(sub(image, target(image)));
          const weights = fitted(image);
          return scale(weights ? maskedMean(errors, weights) : mean(errors), -1);
        },
      },
    };
  },
});
