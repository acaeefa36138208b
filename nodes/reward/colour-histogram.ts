import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { cast, mean, scale, softCumulative, square, sub } from "../../shared/tensor/index.ts";
import { dtypeOf } from "../../shared/tensor/tensor.ts";
import { onceForShape } from "../lib/mask.ts";
import { fitRows } from "../lib/picture.ts";
import { imageReward, onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/colour-histogram",
  version: 1,
  title: "Colour histogram reward",
  summary: "Scores how alike the spread of colours of an image and a picture is.",
  keywords: ["color", "palette", "mood", "transfer", "grading"],
  doc: doc`
    Compares, for red, green and blue, how many pixels are below each of a row of levels $\ell_k$; places do not matter:

    $$R(x) = -\frac{1}{CK}\sum_{c,k} \bigl(F_{c}(\ell_k; x) - F_{c}(\ell_k; y)\bigr)^2,\qquad
    F_c(\ell; x) = \frac1N \sum_i \frac{1}{1 + e^{(x_{ic} - \ell)/w}}$$

    $F$ is the cumulative histogram, softened by the **width** $w$. Cumulative ones feel how far apart colours are, so the
    gradient points the right way even where no colour is shared. 0 for the same spread; the picture may have any size.
  `,
  cites: [],
  status: "stable",
  inputs: { picture: port.image("picture with the wanted colours") },
  params: {
    levels: param.integer({
      default: 16,
      min: 2,
      max: 256,
      onCard: false,
      about: "Levels from 0 to 1 that are compared.",
    }),
    width: param.number({
      default: 0.05,
      min: 0.001,
      max: 1,
      step: 0.01,
      decimals: 3,
      onCard: false,
      about: "Softness of a level; small is exact, but its gradient is felt less far.",
    }),
  },
  outputs: { reward: port.reward("0 for the same spread of colours, −1 at least") },
  forecast: () => ({ reward: onImages }),
  build: ({ picture }, { levels, width }) => {
    const at = Array.from({ length: levels }, (_, k) => k / (levels - 1));
    const target = onceForShape((like) =>
      fitRows(softCumulative(cast(picture, dtypeOf(like)), at, width), like.shape[0]),
    );
    return imageReward((image) => scale(mean(square(sub(softCumulative(image, at, width), target(image)))), -1));
  },
});
