import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import type { LinePlot } from "../../shared/plot.ts";
import { nameOfRun } from "../lib/plane.ts";

export const node = defineNode({
  type: "plot/sigmas",
  version: 1,
  title: "Schedules",
  summary: "Shows noise schedules over each other, step by step.",
  keywords: ["sigmas", "plot", "curve", "karras", "compare", "noise levels"],
  doc: doc`
    Draws the sigmas of one or several schedules on a logarithmic axis. Where a line is flat, many steps are spent on
    nearly the same noise level; where it is steep, one step has to take away a lot. A last step to 0 ends on the floor.
  `,
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
      where: "eq. 5",
    },
  ],
  status: "stable",
  effect: "shows",
  inputs: { sigmas: port.sigmas("schedules to show; several are laid over each other", { many: true }) },
  params: {},
  outputs: { plot: port.plot("the schedules") },
  run: ({ sigmas }, _params, context) => {
    const series = sigmas.map((levels, i) => ({ name: nameOfRun(i), x: levels.map((_, step) => step), y: levels }));
    const plot: LinePlot = {
      kind: "lines",
      title: "Schedules",
      xLabel: "step",
      yLabel: "sigma",
      logX: false,
      logY: true,
      series,
    };
    context.plot(plot);
    return { plot };
  },
});
