import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { compareWith, reportComparison, tableOf } from "../lib/comparison.ts";
import { refusePlane } from "../lib/plane.ts";

export const node = defineNode({
  type: "plot/compare",
  version: 1,
  title: "Compare with exact",
  summary: "Measures how far samples of a test bed are from the exact distribution.",
  keywords: ["mean", "covariance", "shift", "statistics", "error", "test bed"],
  doc: doc`
    Counts which label each point most likely belongs to, and takes mean and covariance of all of them. The figures
    beside are those of the exact distribution: of the whole mixture, or, with a **conditioning** connected, of the part
    that it names. **Shift** is the distance between the two means:

    $$\text{shift} = \Big\lVert \tfrac1N \sum_i x_i - \mathbb E[x] \Big\rVert$$

    A figure stands out when it is off by more than three standard errors: that is what a method did, not chance. All
    figures are reported as metrics, too.
  `,
  cites: [],
  status: "stable",
  effect: "measures",
  inputs: {
    samples: port.latent("points to measure"),
    model: port.model("test bed to compare with"),
    conditioning: port.conditioning("part of the mixture to compare with; empty for all of it", { optional: true }),
  },
  params: {},
  outputs: { plot: port.plot("the figures") },
  forecast: ({ samples }, _params, { problem }) => {
    const message = samples && refusePlane(samples.shape, 1);
    if (message) problem({ port: "samples", severity: "error", message });
    return {};
  },
  run: ({ samples, model, conditioning }, _params, context) => {
    const refusal = refusePlane(samples.shape, 1);
    if (refusal) throw new Error(refusal);
    const comparison = compareWith(samples, model, conditioning);
    reportComparison(comparison, context);
    const plot = tableOf(comparison);
    context.plot(plot);
    return { plot };
  },
});
