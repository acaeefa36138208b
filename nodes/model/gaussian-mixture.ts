import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { type Bed, bedInfo, bedModel } from "../../shared/testbed/bed.ts";
import type { Component } from "../../shared/testbed/component.ts";
import { planeMixture } from "../../shared/testbed/mixture.ts";
import { blurParam, planeBed } from "../lib/bed.ts";

export const node = defineNode({
  type: "model/gaussian-mixture",
  version: 1,
  title: "Gaussian mixture",
  summary: "Makes a model in closed form: points in the plane whose denoiser is exact.",
  keywords: ["test bed", "toy", "closed form", "2d", "points", "analytic"],
  doc: doc`
    A model without a network. Its pictures are points $(x, y)$, spread as a mixture of round Gaussians, and its denoiser
    is exact, so that what a sampler or a guidance method does can be watched at once and compared with the truth:

    $$p(x_0) = \sum_k \pi_k\, \mathcal N(x_0; \mu_k, s_k^2 I)$$

    $$\hat D(x, \sigma) = \sum_k \gamma_k(x) \Big[\mu_k + \frac{s_k^2}{s_k^2 + \sigma^2}(x - \mu_k)\Big]$$

    $$\gamma_k(x) \propto \pi_k\, \mathcal N(x; \mu_k, (s_k^2 + \sigma^2) I)$$

    **Encode text** with a label conditions on the components of that label; empty text is the whole mixture. Latents are
    [B, 2, 1, 1] in double precision: one point for each sample. Its schedules walk from sigma 14.61 to 0.0292, but the
    denoiser takes any sigma. There are no pixels, so nothing can be decoded. A second model
    of the same components with **blur** is a worse model of the same data: the weak side of autoguidance.
  `,
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
    },
  ],
  status: "stable",
  inputs: {},
  params: {
    components: param.components({
      default: [
        { weight: 0.4, mean: [2, 0], std: 0.3, label: "a" },
        { weight: 0.2, mean: [1, 1.2], std: 0.25, label: "a" },
        { weight: 0.3, mean: [-1, 1.5], std: 0.5, label: "b" },
        { weight: 0.1, mean: [0, -2], std: 0.2, label: "b" },
      ],
      about: "Gaussians of the mixture: weight, mean [x, y], standard deviation and label.",
    }),
    blur: blurParam,
  },
  outputs: { model: port.model("exact denoiser, labels and schedule") },
  forecast: (_inputs, params) => ({ model: bedInfo(bedOf(params)) }),
  build: (_inputs, params, context) => ({ model: bedModel(bedOf(params), () => context.evaluated()) }),
});

function bedOf({ components, blur }: { components: readonly Component[]; blur: number }): Bed {
  return planeBed("Gaussian mixture", planeMixture(components), blur);
}
