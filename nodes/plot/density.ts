import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { PlanePlot } from "../../shared/plot.ts";
import { cloudOf, ellipsesOf, fieldParam, guidedOf, nameOfRun, powerParam, refusePlane, viewOf } from "../lib/plane.ts";

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

    as arrows, at the noise level **sigma**. With a **conditioning**, it is the field of what guidance is often said to
    sample, $p(x \mid c)^w\, p(x)^{1-w}$ with the **power** $w$: the points show that it does not.
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
    conditioning: port.conditioning("part of it that guidance aims at; empty for all of it", { optional: true }),
  },
  params: {
    field: fieldParam,
    power: powerParam,
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
  run: ({ samples, model, conditioning }, { field, power, sigma }, context) => {
    const clouds = samples.map((one, i) => cloudOf(one, nameOfRun(i)));
    const exact = ellipsesOf(model);
    const view = viewOf(clouds, exact);
    const guided = guidedOf(model, conditioning, power);
    const shown = { clouds, exact, ...guided, field, sigma, trails: 0, view };
    const plot: PlanePlot = { kind: "plane", title: "Density", ...shown };
    context.plot(plot);
    return { plot };
  },
});
