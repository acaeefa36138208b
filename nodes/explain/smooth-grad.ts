import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { drawsSeed, explained, forecastExplained, meanGradient, noisy, overlay } from "../lib/explanation.ts";

export const node = defineNode({
  type: "explain/smooth-grad",
  version: 1,
  title: "SmoothGrad",
  summary: "Shows which pixels a reward reacts to, averaged over noisy copies of the image.",
  keywords: ["gradient", "heat map", "attribution", "saliency", "explain", "average"],
  doc: doc`
    The mean gradient over copies of the image with a little noise:

    $$M = \frac1n \sum_{i=1}^{n} \nabla_x R\bigl(x + s\,(\max x - \min x)\,n_i\bigr),\qquad n_i \sim N(0, I)$$

    Grain of the plain gradient falls with $1/\sqrt n$; what stays is what the reward reacts to around the image, not only
    at it. Costs **draws** times the reward and its gradient. More noise shows larger shapes.
  `,
  cites: [
    {
      id: "arXiv:1706.03825",
      by: "Smilkov and others, 2017",
      title: "SmoothGrad: removing noise by adding noise",
    },
  ],
  status: "stable",
  effect: "shows",
  inputs: explained.inputs,
  params: {
    draws: param.integer({ default: 24, min: 1, max: 4096, about: "Noisy copies of the image." }),
    noise: param.number({
      default: 0.15,
      min: 0,
      max: 1,
      step: 0.01,
      safe: [0.05, 0.25],
      about: "Deviation of the noise, as a share of the image's range.",
    }),
    seed: drawsSeed,
    ...explained.params,
  },
  outputs: explained.outputs,
  forecast: (inputs, _params, { problem }) => forecastExplained(inputs, problem),
  run: async ({ reward, image }, { draws, noise, seed, opacity }, context) => {
    const map = await meanGradient(reward, draws, (draw) => noisy(image, noise, seed, draw));
    const over = overlay(image, map, "strength", opacity);
    await context.show(over);
    return { image: over, map };
  },
});
