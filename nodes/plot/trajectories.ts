import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { PlanePlot } from "../../shared/plot.ts";
import { ellipsesOf, fieldParam, guidedOf, nameOfRun, powerParam, refusePlane, viewOf, walkOf } from "../lib/plane.ts";

export const node = defineNode({
  type: "plot/trajectories",
  version: 1,
  title: "Trajectories",
  summary: "Shows the paths of samples from noise to the distribution, with a time slider.",
  keywords: ["path", "flow", "plot", "animation", "points", "score", "2d", "test bed"],
  doc: doc`
    Draws where a sampler takes the points of a test bed: a line for some of them, a dot for all of them, and a slider
    that moves them along their **path**, the second output of a sampler. Between two steps they are drawn on the
    straight line that joins them.

    With a **model** its exact distribution is drawn as in **Density**; with the **sigmas** of the walk, the field is
    that of the moment and the slider tells the noise level. Connect several paths to watch two methods at once.
  `,
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
      where: "fig. 3",
    },
  ],
  status: "stable",
  effect: "shows",
  inputs: {
    path: port.tensor("points before the first and after every step; several are laid over each other", { many: true }),
    model: port.model("test bed whose exact distribution is drawn", { optional: true }),
    conditioning: port.conditioning("part of it that guidance aims at; empty for all of it", { optional: true }),
    sigmas: port.sigmas("noise levels of the walk", { optional: true }),
  },
  params: {
    trails: param.integer({ default: 54, min: 0, max: 2000, onCard: false, about: "Paths drawn as lines." }),
    field: fieldParam,
    power: powerParam,
  },
  outputs: { plot: port.plot("the paths and what they are compared with") },
  forecast: ({ path }, _params, { problem }) => {
    for (const known of path) {
      const message = known && refusePlane(known.shape, 2);
      if (message) problem({ port: "path", severity: "error", message });
    }
    return {};
  },
  run: ({ path, model, conditioning, sigmas }, { trails, field, power }, context) => {
    const clouds = path.map((one, i) => walkOf(one, nameOfRun(i), sigmas));
    const other = sigmas && clouds.find(({ moments }) => moments !== sigmas.length);
    if (other) {
      context.warn(
        `A path has ${other.moments} moments, but there are ${sigmas.length} sigmas. Connect those of its own walk to see its noise levels.`,
      );
    }
    const exact = ellipsesOf(model);
    const view = viewOf(clouds, exact);
    const guided = guidedOf(model, conditioning, power);
    const shown = { clouds, exact, ...guided, field, sigma: 0, trails, view };
    const plot: PlanePlot = { kind: "plane", title: "Trajectories", ...shown };
    context.plot(plot);
    return { plot };
  },
});
