import type { CallInfo } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { extrapolate } from "../../shared/tensor/index.ts";
import { pairInputs } from "../lib/pair.ts";

export const node = defineNode({
  type: "guidance/cfg-pp",
  version: 1,
  title: "CFG++",
  summary: "Guides gently towards the prompt and adds the noise back without guidance.",
  keywords: ["cfg++", "manifold", "inversion", "ddim", "lambda"],
  doc: doc`
    Denoises with a small weight $\lambda$ and goes on with the *weak* noise, so the path stays where pictures are:
    calmer colours, straighter paths, and inversions that come back more closely.

    $$x' = \hat D_\lambda + \sigma' \, \frac{x - D_\text{weak}}{\sigma}, \qquad
    \hat D_\lambda = D_\text{weak} + \lambda\,(D_\text{strong} - D_\text{weak})$$

    For \`euler\`, \`ddim\` and the ancestral samplers this step is exactly that of guidance with the weight

    $$w = \frac{\lambda\,\sigma}{\sigma - \sigma'},$$

    and so this node computes it. For samplers with several stages or a memory (heun, dpmpp_2m, …) it is the equivalent
    weight, not the sampler that the paper writes out for them. On rising sigmas (inversion) $\sigma'$ takes the place of
    $\sigma$ above the line and the sign below it.

    The weight depends on the step size: with the same $\lambda$, more steps guide more strongly. 20 steps at 0.6 are
    about $w = 2.5 \ldots 4$, 50 steps $5.5 \ldots 9$. A last step to 0 is guided by $\lambda$ alone.

    **Costs** two evaluations. **Try** 0.4 to 1; a value that would suit ordinary guidance burns the picture.
    In a chain it comes last, as a property of the step.
  `,
  cites: [
    {
      id: "arXiv:2406.08070",
      by: "Chung and others, 2024",
      title: "CFG++: Manifold-constrained Classifier Free Guidance for Diffusion Models",
    },
  ],
  status: "stable",
  inputs: pairInputs,
  params: {
    scale: param.curve({
      default: 0.6,
      slider: [0, 2],
      safe: [0.3, 1],
      min: -100,
      max: 100,
      step: 0.05,
      about: "The paper's lambda: weight of the difference in one step; 0 = weak alone.",
    }),
  },
  place: "step",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale }, at) => {
    const w = stepWeight(scale(at), at);
    return { strong: w === 0 ? 0 : 1, weak: w === 1 ? 0 : 1 };
  },
  build: ({ strong, weak }, { scale }) => ({
    denoiser: async (x, sigma, call) => {
      const w = stepWeight(scale(call), call);
      if (w === 1) return strong(x, sigma, call);
      if (w === 0) return weak(x, sigma, call);
      const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
      return extrapolate(u, s, w);
    },
  }),
});

/** The ordinary guidance weight of a step that is CFG++ of `lambda`; a step that goes nowhere has lambda itself. */
function stepWeight(lambda: number, { sigma, next }: CallInfo): number {
  if (sigma === next) return lambda;
  return (lambda * Math.max(sigma, next)) / Math.abs(sigma - next);
}
