import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { type Bed, bedInfo, bedModel } from "../../shared/testbed/bed.ts";
import { framesMixture } from "../../shared/testbed/frames.ts";

export const node = defineNode({
  type: "model/frames",
  version: 1,
  title: "Frame sequence",
  summary: "Makes a model in closed form: sequences in which each frame follows the one before.",
  keywords: ["test bed", "toy", "closed form", "video", "history", "autoregressive", "noise per frame"],
  doc: doc`
    A sample is a sequence of frames of one number each, which forget the past at a constant rate $\rho$:

    $$x_t = \rho\, x_{t-1} + s\sqrt{1 - \rho^2}\; e_t, \quad \Sigma_{ij} = s^2 \rho^{|i - j|}$$

    Frames may have noise levels of their own (a known history has level 0, an unknown one pure noise), and the prediction
    is exact for any of them: a test for methods that guide by history.

    $$\hat D(x) = \Sigma\,(\Sigma + \operatorname{diag}(\sigma_t^2))^{-1} x$$

    Latents are [B, frames, 1, 1] in double precision. There are no labels and no pixels.
  `,
  cites: [{ id: "arXiv:2502.06764", by: "Song and others, 2025", title: "History-Guided Video Diffusion" }],
  status: "stable",
  inputs: {},
  params: {
    frames: param.integer({ default: 8, min: 1, max: 64, slider: [2, 32], about: "Length of a sequence." }),
    correlation: param.number({
      default: 0.9,
      min: -0.999,
      max: 0.999,
      step: 0.01,
      decimals: 3,
      slider: [0, 0.999],
      about: "How much of a frame is the one before; 0 = frames do not know each other.",
    }),
    std: param.number({ default: 1, min: 0.001, max: 100, slider: [0.1, 2], about: "Standard deviation of a frame." }),
  },
  outputs: { model: port.model("exact denoiser and schedule") },
  forecast: (_inputs, params) => ({ model: bedInfo(bedOf(params)) }),
  build: (_inputs, params, context) => ({ model: bedModel(bedOf(params), () => context.evaluated()) }),
});

function bedOf(params: { frames: number; correlation: number; std: number }): Bed {
  return { name: "Frame sequence", mixture: framesMixture(params) };
}
