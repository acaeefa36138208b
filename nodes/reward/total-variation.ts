import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { abs, add, alongAxis, differenceMap, scale, sum } from "../../shared/tensor/index.ts";
import { sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { imageReward, onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/total-variation",
  version: 1,
  title: "Total variation reward",
  summary: "Scores how little neighbouring pixels differ.",
  keywords: ["smooth", "noise", "tv", "denoise", "regulariser"],
  doc: doc`
    The mean step between neighbours, in both directions, below 0:

    $$R(x) = -\frac{1}{N}\sum_i \bigl(|x_{i,\rightarrow} - x_i| + |x_{i,\downarrow} - x_i|\bigr)$$

    over all $N$ values. It takes away grain and small texture, and keeps large areas with sharp edges between them. A flat
    image has 0, noise the lowest values. Use it beside another reward: alone it asks for an empty image.
  `,
  cites: [
    {
      id: "doi:10.1016/0167-2789(92)90242-F",
      by: "Rudin, Osher and Fatemi, 1992",
      title: "Nonlinear total variation based noise removal algorithms",
    },
  ],
  status: "stable",
  inputs: {},
  params: {},
  outputs: { reward: port.reward("0 for a flat image, less for a busy one") },
  forecast: () => ({ reward: onImages }),
  build: () => imageReward((image) => scale(add(steps(image, 2), steps(image, 3)), -1 / sizeOf(image.shape.slice(1)))),
});

/** Sum of the steps along an axis, for each sample. */
function steps(x: Tensor, axis: number): Tensor {
  return sum(abs(alongAxis(x, axis, differenceMap(x.shape[axis]))));
}
