import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { PlanePlot } from "../../shared/plot.ts";
import { cloudOf, ellipsesOf, fieldParam, nameOfRun, refusePlane, viewOf } from "../lib/plane.ts";

export const node = defineNode({
  type: "plot/density",
  version: 1,
  title: "Density",
  summary: "Shows where samples of a test bed lie, over the distribution they should have.",
  keywords: ["scatter", "plot", "points", "histogram", "score", "2d", "test bed"],
  doc: doc`
    Draws the points of a test bed: brighter where more of them lie. With a **model** connected, its exact distribution
    is drawn over them: solid rings at one standard deviation of each Gaussian, dashed ones at two.

    Connect several samples to lay them over each other, each with a colour and a marker of its own: two guidance scales,
    two samplers, few steps and many. **Field** also shows the exact density, or the score

    $$\nabla \log p(x; \sigma) = \frac{D(x, \sigma) - x}{\sigma^2}$$

    as arrows, at the noise level **sigma**.
  `,
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
      where: "eq. 3",
    },
  ],
  status: "stable",
  effect: "shows",
  inputs: {
    samples: port.latent("points to show; several runs are laid over each other", { many: true }),
    model: port.model("test bed whose exact distribution is drawn", { optional: true }),
  },
  params: {
    field: fieldParam,
    sigma: param.number({
      default: 0,
      min: 0,
      max: 1000,
      step: 0.05,
      onCard: false,
      visibleIf: { param: "field", is: ["density", "score", "both"] },
      about: "Noise level at which the exact field is shown.",
    }),
  },
  outputs: { plot: port.plot("the points and what they are compared with") },
  forecast: ({ samples }, _params, { problem }) => {
    for (const known of samples) {
      const message = known && refusePlane(known.shape, 1);
      if (message) problem({ port: "samples", severity: "error", message });
    }
    return {};
  },
  run: ({ samples, model }, { field, sigma }, context) => {
    const clouds = samples.map((one, i) => cloudOf(one, nameOfRun(i)));
    const exact = ellipsesOf(model);
    const view = viewOf(clouds, exact);
    const plot: PlanePlot = { kind: "plane", title: "Density", clouds, exact, field, sigma, trails: 0, view };
    context.plot(plot);
    return { plot };
  },
});
