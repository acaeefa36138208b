import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { scaled } from "../../shared/sampling/schedules/shift.ts";

export const node = defineNode({
  type: "sigmas/scale",
  version: 1,
  title: "Scale sigmas",
  summary: "Multiplies all levels; for flow models this is the time shift.",
  keywords: ["multiply sigmas", "factor", "shift", "time shift", "flow shift"],
  doc: doc`
    Multiplies every level. Slightly below 1 (0.95) tells the sampler that less noise is left than there is: more detail,
    soon grain. Above 1 smooths.

    On the walk of a flow model the factor is the time shift, as

    $$t' = \frac{s\,t}{1 + (s - 1)\,t} \quad\Leftrightarrow\quad \sigma' = s\,\sigma, \qquad \sigma = \frac{t}{1 - t}$$

    and comes on top of the shift that the walk already has: 3 and then 2 make 6. Pure noise ($t = 1$) stays pure noise.
    To shift before a schedule spreads its steps, set *shift* in *Schedule*.
  `,
  cites: [
    {
      id: "arXiv:2403.03206",
      by: "Esser and others, 2024",
      title: "Scaling Rectified Flow Transformers for High-Resolution Image Synthesis",
      where: "eq. 23",
    },
  ],
  status: "stable",
  inputs: { sigmas: port.sigmas("levels to change") },
  params: {
    factor: param.number({
      default: 1,
      min: 0.001,
      max: 1000,
      step: 0.01,
      decimals: 3,
      safe: [0.9, 1.1],
      about: "1 = as they are.",
    }),
  },
  outputs: { sigmas: port.sigmas("the levels times the factor") },
  forecast: ({ sigmas }, { factor }) => (sigmas ? { sigmas: scaled(sigmas, factor) } : {}),
  run: ({ sigmas }, { factor }) => ({ sigmas: scaled(sigmas, factor) }),
});
