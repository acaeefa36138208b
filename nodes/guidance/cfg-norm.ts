import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { clamp, div, mul, scale, shift, spreadChannels, sqrt, square, sumChannels } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

export const node = defineNode({
  type: "guidance/cfg-norm",
  version: 1,
  title: "Norm limit",
  summary: "Keeps each place of a guided prediction from growing beyond the strong one.",
  keywords: ["CFGNorm", "cfg renormalization", "norm", "saturation", "hidream", "qwen"],
  doc: doc`
    Guidance makes latents larger, unevenly over the picture. This wrapper compares, at each place $y$ of the latent, the
    length over the channels with that of the strong prediction, and shrinks what has grown; it never enlarges.

    $$\hat D(y) = a\,\min\!\left(1, \frac{\lVert D_\text{strong}(y)\rVert}{\lVert D(y)\rVert + 10^{-8}}\right) D(y)$$

    **Costs** nothing: the strong prediction has been made for the guidance already. **Try** strength 1; the whole
    prediction is multiplied by it, so other values change the contrast. At strength 0 nothing is left. It works on the
    picture (x0), and is ComfyUI's node of this name. In a chain it comes after all that changes the guidance, in place of
    rescaling.
  `,
  cites: [
    {
      id: "https://github.com/comfyanonymous/ComfyUI",
      by: "ComfyUI, 2025",
      title: "CFGNorm",
      where: "comfy_extras/nodes_cfg.py",
    },
  ],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("guided prediction"),
    strong: port.denoiser("prediction whose size is right"),
  },
  params: {
    strength: param.curve({
      default: 1,
      slider: [0, 2],
      safe: [0.9, 1.1],
      min: 0,
      max: 100,
      step: 0.01,
      about: "Factor of the result; 1 = as it is.",
    }),
  },
  place: "output",
  outputs: { denoiser: port.denoiser("limited prediction") },
  evaluations: () => ({ denoiser: 1, strong: 1 }),
  build: ({ denoiser, strong }, { strength }) => ({
    denoiser: async (x, sigma, call) => {
      const [guided, own] = await Promise.all([denoiser(x, sigma, call), strong(x, sigma, call)]);
      const ratio = clamp(div(lengths(own), shift(lengths(guided), 1e-8)), 0, 1);
      return scale(mul(guided, spreadChannels(ratio, guided.shape[1])), strength(call));
    },
  }),
});

/** Length over the channels at each place, [B, 1, …]. The offset is beneath every float; it keeps the derivative at 0 finite. */
function lengths(x: Tensor): Tensor {
  return sqrt(shift(sumChannels(square(x)), 1e-30));
}
