import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { norm } from "../../shared/tensor/index.ts";
import { explained, forecastExplained, gradientAt, overlay } from "../lib/explanation.ts";

export const node = defineNode({
  type: "explain/saliency",
  version: 1,
  title: "Saliency",
  summary: "Shows which pixels a reward reacts to most, by its gradient.",
  keywords: ["gradient", "heat map", "attribution", "sensitivity", "explain"],
  doc: doc`
    The gradient of the reward at the image:

    $$M = \nabla_x R(x)$$

    It tells what a small change of each pixel would do: this is what guidance by the reward follows at this point. Orange
    is strong, whether the pixel should become lighter or darker. Gradients of networks are noisy; the smoothed and the
    integrated ones are easier to read. The **map** keeps sign and colours; **number** is its length for each sample.
  `,
  cites: [
    {
      id: "arXiv:1312.6034",
      by: "Simonyan, Vedaldi and Zisserman, 2013",
      title: "Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps",
    },
  ],
  status: "stable",
  effect: "shows",
  ...explained,
  outputs: { ...explained.outputs, number: port.number("length of the gradient of each sample") },
  forecast: (inputs, _params, { problem }) => forecastExplained(inputs, problem),
  run: async ({ reward, image }, { opacity }, context) => {
    const map = await gradientAt(reward, image);
    const over = overlay(image, map, "strength", opacity);
    await context.show(over);
    return { image: over, map, number: norm(map) };
  },
});
