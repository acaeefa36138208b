import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { affine, div, mulSample, shift, std } from "../../shared/tensor/index.ts";
import { conversion, spaceParam } from "../lib/space.ts";

export const node = defineNode({
  type: "guidance/rescale",
  version: 1,
  title: "Rescale guidance",
  summary: "Brings the contrast of a guided prediction back to that of the strong one.",
  keywords: ["cfg rescale", "phi", "over-exposure", "saturation", "zero terminal snr", "RescaleCFG"],
  doc: doc`
    High scales raise the contrast of the prediction, and pictures come out burnt. This wrapper gives the guided
    prediction the standard deviation of the strong one, by the share $\varphi$:

    $$P' = \varphi\,\frac{\operatorname{std}(P_\text{strong})}{\operatorname{std}(P)}\,P + (1 - \varphi)\,P$$

    The standard deviation is that of each sample, over all its values. $P$ is the prediction in the chosen space: in the
    network's own, as the paper does it, the effect is mild for networks that predict noise, and strong for those that
    predict v; in x0 it is strongest.

    **Costs** nothing: the strong prediction has been made for the guidance already. At amount 0 it is not asked for.
    **Try** 0.5 to 0.8. One cure for burnt colours is enough: together with projected guidance or a threshold, pictures
    turn grey. In a chain it comes after all that changes the guidance itself.
  `,
  cites: [
    {
      id: "arXiv:2305.08891",
      by: "Lin and others, 2023",
      title: "Common Diffusion Noise Schedules and Sample Steps are Flawed",
    },
  ],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("guided prediction"),
    strong: port.denoiser("prediction whose contrast is right"),
  },
  params: {
    amount: param.curve({
      default: 0.7,
      slider: [0, 1],
      safe: [0.3, 0.8],
      min: 0,
      max: 1,
      step: 0.05,
      about: "The paper's phi; 0 = off.",
    }),
    space: spaceParam("native"),
  },
  place: "output",
  outputs: { denoiser: port.denoiser("rescaled prediction") },
  evaluations: ({ amount }, at) => ({ denoiser: 1, strong: amount(at) === 0 ? 0 : 1 }),
  build: ({ denoiser, strong }, { amount, space }) => ({
    denoiser: async (x, sigma, call) => {
      const phi = amount(call);
      if (phi === 0) return denoiser(x, sigma, call);
      const [guided, own] = await Promise.all([denoiser(x, sigma, call), strong(x, sigma, call)]);
      const { into, back } = conversion(space, denoiser, x, sigma);
      const prediction = into(guided);
      const ratio = div(shift(std(into(own)), tiny), shift(std(prediction), tiny));
      return back(mulSample(prediction, affine(ratio, phi, 1 - phi)));
    },
  }),
});

/** Two flat predictions have the ratio 1. */
const tiny = 1e-30;
