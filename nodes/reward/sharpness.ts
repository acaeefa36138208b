import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, alongAxis, filterMap, full, mean, smaller, square } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { brightness } from "../lib/picture.ts";
import { imageReward, onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/sharpness",
  version: 1,
  title: "Sharpness reward",
  summary: "Scores how much fine detail an image has.",
  keywords: ["blur", "focus", "detail", "laplacian"],
  doc: doc`
    The mean square of the Laplacian of the brightness, which is large at edges and grain and 0 in flat and evenly
    shaded areas:

    $$S(x) = \frac1N \sum_i (\Delta b)_i^2, \qquad \Delta b = b_\text{left} + b_\text{right} + b_\text{up} + b_\text{down} - 4b$$

    The reward is $\min(S, t)$ with **target** $t$: beyond it nothing more is asked for. Without a target it rewards noise
    without end. The smaller a picture, the larger its
    value: detail falls on fewer pixels.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    target: param.number({
      default: 0.05,
      empty: "as much as possible",
      min: 0,
      max: 16,
      step: 0.001,
      decimals: 4,
      about: "Where sharp is sharp enough.",
    }),
  },
  outputs: { reward: port.reward("mean squared Laplacian, up to the target") },
  forecast: () => ({ reward: onImages }),
  build: (_inputs, { target }) =>
    imageReward((image) => {
      const sharpness = mean(square(laplacian(brightness(image))));
      return target === null ? sharpness : smaller(sharpness, full(sharpness.shape, target, dtypeOf(sharpness)));
    }),
});

/** Second differences along both sides, mirrored at the borders. */
function laplacian(x: Tensor): Tensor {
  const along = (axis: number) => alongAxis(x, axis, filterMap(x.shape[axis], [1, -2, 1]));
  return add(along(2), along(3));
}
