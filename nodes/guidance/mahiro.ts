import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import {
  abs,
  combine,
  div,
  extrapolate,
  mean,
  mul,
  mulSample,
  shift,
  sqrt,
  square,
  sub,
  sumChannels,
  scale as times,
} from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { pairInputs, scaleParam } from "../lib/pair.ts";

export const node = defineNode({
  type: "guidance/mahiro",
  version: 1,
  title: "Mahiro",
  summary: "Scales along the prompt itself where prompt and negative prompt lead apart.",
  keywords: ["mahiro cfg", "positive-biased guidance", "direction", "similarity"],
  doc: doc`
    Ordinary guidance scales the *difference* of two predictions, which means little where both have nothing in common.
    This method mixes it with the strong prediction scaled by itself, the more the less both agree.

    $$\hat D = \frac{1 + c}{2}\,D_\text{cfg} + \frac{1 - c}{2}\,w\,D_\text{strong}$$

    $c$ is the cosine, over the channels of each place and averaged over the sample, of $w D_\text{weak}$ and
    $\tfrac12 (w D_\text{strong} + D_\text{cfg})$, after taking the root of each value's size. When both sides are alike it
    is ordinary guidance.

    **Costs** two evaluations, one at scale 1. **Try** the scales of ordinary guidance. It works on the picture (x0), and
    is ComfyUI's node of this name, but decides for each sample and not for the batch. In a chain it takes the place of
    ordinary guidance.
  `,
  cites: [
    {
      id: "https://github.com/comfyanonymous/ComfyUI",
      by: "ComfyUI, 2025",
      title: "Mahiro",
      where: "comfy_extras/nodes_mahiro.py",
    },
  ],
  status: "stable",
  inputs: pairInputs,
  params: { scale: scaleParam(4, [2, 8]) },
  place: "difference",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale }, at) => {
    const w = scale(at);
    return { strong: w === 0 ? 0 : 1, weak: w === 1 ? 0 : 1 };
  },
  build: ({ strong, weak }, { scale }) => ({
    denoiser: async (x, sigma, call) => {
      const w = scale(call);
      if (w === 1) return strong(x, sigma, call);
      if (w === 0) return weak(x, sigma, call);
      const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
      const [leap, guided] = [times(s, w), extrapolate(u, s, w)];
      const alike = meanCosine(rooted(times(u, w)), rooted(combine(leap, 0.5, guided, 0.5)));
      const middle = combine(guided, 0.5, leap, 0.5);
      return combine(middle, 1, mulSample(sub(guided, leap), alike), 0.5);
    },
  }),
});

/** The root of each value's size, with its sign. The offset keeps 0 at 0. */
function rooted(x: Tensor): Tensor {
  return div(x, sqrt(shift(abs(x), 1e-30)));
}

/** Mean over the places of a sample of the cosine over the channels, [B]. */
function meanCosine(a: Tensor, b: Tensor): Tensor {
  const length = (x: Tensor) => shift(sqrt(shift(sumChannels(square(x)), 1e-30)), 1e-12);
  return mean(div(div(sumChannels(mul(a, b)), length(a)), length(b)));
}
