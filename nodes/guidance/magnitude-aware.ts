import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, affine, clamp, div, exp, mulSample, norm, sub, scale as times } from "../../shared/tensor/index.ts";
import { pairInputs, scaleParam } from "../lib/pair.ts";
import { conversion, spaceParam } from "../lib/space.ts";

export const node = defineNode({
  type: "guidance/magnitude-aware",
  version: 1,
  title: "Magnitude-aware guidance",
  summary: "Guides less where guidance would be large beside the prediction, as in first steps.",
  keywords: ["mambo-g", "magnitude aware", "early overshoot", "few steps"],
  doc: doc`
    In the first steps of flow models the guidance can be as long as the prediction itself and throws the picture off
    its course. This method lowers the scale there, for each sample:

    $$w' = 1 + (w - 1)\,e^{-\alpha\,\rho}, \qquad \rho = \frac{\lVert P_\text{strong} - P_\text{weak}\rVert}{\lVert
    P_\text{weak}\rVert}, \qquad P = P_\text{weak} + w'\,(P_\text{strong} - P_\text{weak})$$

    High scales and few steps stay usable. The effective scale, which the Scope shows, rises during the run.

    **Costs** two evaluations, one at scale 1. **Try** scale 10 with alpha 8 for flow models; the ratio is another in other
    spaces, and so is a good alpha. Alpha 0 is ordinary guidance. In a chain it is the weight: it comes after all that
    changes both predictions, and before rescaling and thresholds.
  `,
  cites: [
    {
      id: "arXiv:2508.03442",
      by: "Zhu and others, 2025",
      title: "MAMBO-G: Magnitude-Aware Mitigation for Boosted Guidance",
    },
  ],
  status: "stable",
  inputs: pairInputs,
  params: {
    scale: scaleParam(10, [3, 12]),
    alpha: param.curve({
      default: 8,
      slider: [0, 20],
      safe: [2, 12],
      min: 0,
      step: 0.5,
      about: "How strongly a large difference lowers the scale; 0 = ordinary guidance.",
    }),
    space: spaceParam("native"),
  },
  place: "weight",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, alpha }, at) => ({
    strong: scale(at) === 0 && alpha(at) === 0 ? 0 : 1,
    weak: scale(at) === 1 ? 0 : 1,
  }),
  build: ({ strong, weak }, { scale, alpha, space }) => ({
    denoiser: async (x, sigma, call) => {
      const [w, decay] = [scale(call), alpha(call)];
      if (w === 1) return strong(x, sigma, call);
      if (w === 0 && decay === 0) return weak(x, sigma, call);
      const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
      const { into, back } = conversion(space, strong, x, sigma);
      const uncond = into(u);
      const difference = sub(into(s), uncond);
      const ratio = div(norm(difference), clamp(norm(uncond), 1e-12, Number.POSITIVE_INFINITY));
      const scales = affine(exp(times(ratio, -decay)), w - 1, 1);
      return back(add(uncond, mulSample(difference, scales)));
    },
  }),
});
