import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { combine } from "../../shared/tensor/index.ts";

export const node = defineNode({
  type: "guidance/epsilon-scaling",
  version: 1,
  title: "Epsilon scaling",
  summary: "Divides the predicted noise by a factor, against the drift that errors add up to.",
  keywords: ["exposure bias", "noise scale", "eps", "drift"],
  doc: doc`
    In training a network sees latents with exact noise; in a walk it sees what its own errors left, and predicts too much
    noise. Pictures come out too smooth. This wrapper makes the predicted noise $\varepsilon = (x - D) / \sigma$ smaller
    by a factor $\lambda$:

    $$\hat D = x - \frac{x - D}{\lambda}$$

    **Costs** nothing. **Try** 1.002 to 1.01; the more steps, the less. Factors below 1 smooth. A curve over the steps is the
    paper's other schedule: a factor that grows with progress. At factor 1 nothing changes. In a chain it comes last.
  `,
  cites: [
    {
      id: "arXiv:2308.15321",
      by: "Ning and others, 2023",
      title: "Elucidating the Exposure Bias in Diffusion Models",
    },
  ],
  status: "stable",
  inputs: { denoiser: port.denoiser("prediction") },
  params: {
    factor: param.curve({
      default: 1.005,
      slider: [0.98, 1.02],
      safe: [1, 1.02],
      min: 0.5,
      max: 1.5,
      step: 0.001,
      decimals: 4,
      about: "The noise is divided by it; 1 = off.",
    }),
  },
  place: "output",
  outputs: { denoiser: port.denoiser("prediction with less noise taken away") },
  evaluations: () => ({ denoiser: 1 }),
  build: ({ denoiser }, { factor }) => ({
    denoiser: async (x, sigma, call) => {
      const denoised = await denoiser(x, sigma, call);
      const by = factor(call);
      return by === 1 ? denoised : combine(x, 1 - 1 / by, denoised, 1 / by);
    },
  }),
});
