import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { affine, div, dot, extrapolate, mulSample, shift, scale as times } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { pairInputs, scaleParam } from "../lib/pair.ts";
import { conversion, spaceParam } from "../lib/space.ts";

export const node = defineNode({
  type: "guidance/cfg-zero-star",
  version: 1,
  title: "CFG-Zero*",
  summary: "Fits the weak prediction to the strong one before guiding, and skips the first steps.",
  keywords: ["cfg zero star", "zero-init", "optimized scale", "flow matching", "sd3", "flux", "wan"],
  doc: doc`
    Made for flow models. Their velocity at the very start is often worse than none, so the first steps stand still
    (**zero steps**); after them the weak prediction is scaled by the factor that explains the strong one best, and
    guidance only has to add what is left:

    $$P = s\,P_\text{weak} + w\,(P_\text{strong} - s\,P_\text{weak}), \qquad
    s = \frac{\langle P_\text{strong}, P_\text{weak}\rangle}{\lVert P_\text{weak}\rVert^2 + 10^{-8}}$$

    In a zero step the network's own output is taken to be 0: the latent of a flow model does not move. On a network that
    is well trained (or exact, as a test bed is) this does harm. When both predictions are parallel, the result is the strong one, whatever the scale.

    **Costs** nothing in zero steps, two evaluations in the others, one at scale 1. **Try** one zero step in 28, two in
    50, none when you start from a picture; a guidance-distilled model takes scale 1 and the zero step alone. In a chain
    it stands before all that changes the guidance itself; rescaling and thresholds come after it.
  `,
  cites: [
    {
      id: "arXiv:2503.18886",
      by: "Fan and others, 2025",
      title: "CFG-Zero*: Improved Classifier-Free Guidance for Flow Matching Models",
    },
  ],
  status: "stable",
  inputs: pairInputs,
  params: {
    scale: scaleParam(3.5, [2, 7]),
    zeroInitSteps: param.integer({
      default: 1,
      min: 0,
      max: 1000,
      slider: [0, 10],
      label: "Zero steps",
      about: "First steps in which nothing is predicted; 0 = none.",
    }),
    strength: param.curve({
      default: 1,
      slider: [0, 1],
      min: 0,
      max: 1,
      step: 0.05,
      about: "How much of the fitted factor is used; 0 = ordinary guidance.",
      onCard: false,
    }),
    space: spaceParam("native"),
  },
  place: "branch",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, zeroInitSteps, strength }, at) => {
    const isZero = at.step < zeroInitSteps;
    return {
      strong: isZero || (scale(at) === 0 && strength(at) === 0) ? 0 : 1,
      weak: isZero || scale(at) === 1 ? 0 : 1,
    };
  },
  build: ({ strong, weak }, { scale, zeroInitSteps, strength, space }) => ({
    denoiser: async (x, sigma, call) => {
      const { into, back } = conversion(space, strong, x, sigma);
      if (call.step < zeroInitSteps) return back(times(x, 0));
      const [w, share] = [scale(call), strength(call)];
      if (w === 1) return strong(x, sigma, call);
      if (w === 0 && share === 0) return weak(x, sigma, call);
      const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
      const [cond, uncond] = [into(s), into(u)];
      const fitted = mulSample(uncond, affine(bestFactor(cond, uncond), share, 1 - share));
      return back(extrapolate(fitted, cond, w));
    },
  }),
});

/** Factor of the weak prediction that comes closest to the strong one, for each sample (least squares). */
function bestFactor(strong: Tensor, weak: Tensor): Tensor {
  return div(dot(strong, weak), shift(dot(weak, weak), 1e-8));
}
