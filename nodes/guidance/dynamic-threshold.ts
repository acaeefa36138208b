import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { abs, clamp, div, full, mulSample, quantile } from "../../shared/tensor/index.ts";
import { dtypeOf } from "../../shared/tensor/tensor.ts";

export const node = defineNode({
  type: "guidance/dynamic-threshold",
  version: 1,
  title: "Dynamic threshold",
  summary: "Cuts the largest values of a prediction and shrinks the rest into range.",
  keywords: ["imagen", "dynamic thresholding", "clamp", "percentile", "saturation", "clipping"],
  doc: doc`
    At high scales more and more of the predicted picture lies outside the range that pictures have, and colours clip.
    This wrapper finds, for each sample, the value $s$ that a given share of all values does not exceed, cuts at it, and
    shrinks the prediction back into range:

    $$s = \max\bigl(b,\ \operatorname{quantile}(|D|, p)\bigr), \qquad \hat D = \frac{b}{s}\,\operatorname{clamp}(D, -s, s)$$

    $b$ is the bound that values ought to keep, 1 for pixels in −1 to 1. A prediction that keeps it stays as it is.

    The method was made for networks that predict pixels. Latents are not bounded by 1: give the bound that latents of
    your model reach (about 4 for Stable Diffusion), or take **Mimic threshold**, which finds the bound by itself.

    **Costs** nothing. **Try** a quantile of 0.995; lower ones flatten contrast. It works on the picture (x0), so there is
    no choice of space. In a chain it comes last, after all that changes the guidance.
  `,
  cites: [
    {
      id: "arXiv:2205.11487",
      by: "Saharia and others, 2022",
      title: "Photorealistic Text-to-Image Diffusion Models with Deep Language Understanding",
    },
  ],
  status: "stable",
  inputs: { denoiser: port.denoiser("guided prediction") },
  params: {
    quantile: param.curve({
      default: 0.995,
      slider: [0.9, 1],
      safe: [0.98, 1],
      min: 0,
      max: 1,
      step: 0.005,
      decimals: 3,
      about: "Share of the values that is not cut; 1 = the largest decides.",
    }),
    bound: param.curve({
      default: 1,
      slider: [0.5, 10],
      min: 0.001,
      step: 0.1,
      about: "Size that values may have: 1 for pixels. Predictions that keep to it are left alone.",
    }),
  },
  place: "output",
  outputs: { denoiser: port.denoiser("prediction within range") },
  evaluations: () => ({ denoiser: 1 }),
  build: ({ denoiser }, { quantile: share, bound }) => ({
    denoiser: async (x, sigma, call) => {
      const denoised = await denoiser(x, sigma, call);
      const limit = bound(call);
      const sizes = clamp(quantile(abs(denoised), share(call)), limit, Number.POSITIVE_INFINITY);
      const shrink = div(full(sizes.shape, limit, dtypeOf(sizes)), sizes);
      return clamp(mulSample(denoised, shrink), -limit, limit);
    },
  }),
});
