import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { alongAxis, mean, reverseMap, scale, square, sub } from "../../shared/tensor/index.ts";
import { imageReward, onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/symmetry",
  version: 1,
  title: "Symmetry reward",
  summary: "Scores how much an image is its own mirror image.",
  keywords: ["mirror", "flip", "pattern"],
  doc: doc`
    The mean squared difference from the flipped image, below 0:

    $$R(x) = -\frac1N \lVert x - \operatorname{flip}(x)\rVert^2$$

    0 is a perfect mirror image. Strong guidance by it early in the walk gives symmetric layouts; late it only smears.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    axis: param.select({
      default: "sides",
      about: "Which halves should match.",
      options: [
        { value: "sides", label: "Left and right", about: "A standing mirror." },
        { value: "ends", label: "Top and bottom", about: "A reflection in water." },
      ],
    }),
  },
  outputs: { reward: port.reward("0 for a perfect mirror image") },
  forecast: () => ({ reward: onImages }),
  build: (_inputs, { axis }) => {
    const side = axis === "sides" ? 3 : 2;
    return imageReward((image) => {
      const flipped = alongAxis(image, side, reverseMap(image.shape[side]));
      return scale(mean(square(sub(image, flipped))), -1);
    });
  },
});
