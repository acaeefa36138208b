import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { addScaled, averagePool, resize, sub } from "../../shared/tensor/index.ts";

export const node = defineNode({
  type: "guidance/upsample",
  version: 1,
  title: "Upsample guidance",
  summary: "Lets a model draw larger than it was trained, held together by its own small picture.",
  keywords: ["high resolution", "larger", "duplicates", "hires", "multi-scale"],
  doc: doc`
    A model asked for more pixels than it knows repeats its objects. This asks it for the small picture too and makes the
    large one agree with it: averaging $m \times m$ places divides the noise by $m$, so the small picture is at the
    level $\sigma / m$.

    $$\hat D = D(x, \sigma) + a\,\mathrm{Up}\big[D(\mathrm{Down}[x], \sigma / m) - \mathrm{Down}[D(x, \sigma)]\big]$$

    With amount 1 the large prediction, averaged down, *is* the small one. Guidance goes before this node, so that both
    sizes have it. Latents do not shrink quite as pictures do: use it at high noise only, with an amount curve that falls
    to 0 or in \`guidance/interval\`; the paper uses it for the first part of the walk, 30 to 60 % of the timesteps.

    **Costs** $1 + 1/m^2$ evaluations where the amount is not 0. Both sizes must suit the network (latent sides that it
    and $m$ divide). **Try** factor 2 and amount 0.2 to 1. In a chain it comes after the guidance weight.
  `,
  cites: [
    {
      id: "arXiv:2404.01709",
      by: "Hwang and others, 2024",
      title: "Upsample Guidance: Scale Up Diffusion Models without Training",
    },
  ],
  status: "stable",
  inputs: { denoiser: port.denoiser("guided prediction") },
  params: {
    amount: param.curve({
      default: 1,
      slider: [0, 1.5],
      safe: [0.2, 1],
      min: 0,
      max: 10,
      step: 0.05,
      about: "How far the large prediction is moved to the small one; 0 = off.",
    }),
    factor: param.integer({
      default: 2,
      min: 2,
      max: 8,
      about: "How many times larger than the trained size each side is.",
    }),
  },
  outputs: { denoiser: port.denoiser("prediction in agreement with the small picture") },
  evaluations: ({ amount, factor }, at) => ({
    denoiser: [{ variant: "" }, ...(amount(at) === 0 ? [] : [{ variant: "small", shrink: factor, quieter: factor }])],
  }),
  build: ({ denoiser }, { amount, factor }) => ({
    denoiser: async (x, sigma, call) => {
      const a = amount(call);
      if (a === 0) return denoiser(x, sigma, call);
      const [large, small] = await Promise.all([
        denoiser(x, sigma, call),
        denoiser(averagePool(x, factor), sigma / factor, call),
      ]);
      const [, , height, width] = x.shape;
      return addScaled(large, resize(sub(small, averagePool(large, factor)), height, width, "nearest"), a);
    },
  }),
});
