import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { askedAt, restOf, weightedSum } from "../lib/weighted.ts";

export const node = defineNode({
  type: "guidance/model-mixing",
  version: 1,
  title: "Model mixing (SINE)",
  summary: "Mixes models tuned on one picture into the guidance of the general model.",
  keywords: ["sine", "single image editing", "fine-tuned", "dreambooth", "mix models", "blend checkpoints"],
  doc: doc`
    For edits of one picture: a network tuned on it knows how it looks, the general network knows how to draw the edit.
    The mixture takes the place of the strong side of guidance.

    $$\hat D = D_\text{weak} + w\,\big(a_0 D_\text{strong} + \sum_i a_i D_{\text{tuned},i} - D_\text{weak}\big),
    \qquad a_i = m\,b_i, \quad a_0 = 1 - \sum_i a_i$$

    **Strong** is the general model under the edit, **tuned** the tuned models under the words they were tuned with,
    **weak** the general model under the empty prompt. **Shares** are the $b_i$, in the order of the links. **Mix** is $m$:
    1 as given, 0 ordinary guidance of the general model. The paper mixes at high noise only (the first half of the
    timesteps, sigma above about 1.6 for Stable Diffusion): draw the mix as a curve that falls to 0 there.

    More of a tuned model keeps more of its picture and follows the edit less. All models must share one latent space.

    **Costs** two evaluations and one for each tuned model; one whose weight is 0 is not asked.
    **Try** shares of 0.4 to 0.7 in all, scale 7.5 to 10. In a chain it takes the place of ordinary guidance.
  `,
  cites: [
    {
      id: "arXiv:2212.04489",
      by: "Zhang and others, 2022",
      title: "SINE: SINgle Image Editing with Text-to-Image Diffusion Models",
    },
  ],
  status: "stable",
  inputs: {
    strong: port.denoiser("general model under the edit"),
    tuned: port.denoiser("models tuned on the picture, under its own words", { many: true }),
    weak: port.denoiser("general model under the empty prompt"),
  },
  params: {
    scale: param.curve({
      default: 7.5,
      slider: [0, 16],
      safe: [4, 10],
      min: -100,
      max: 1000,
      about: "Weight of the difference; 1 = the mixture alone.",
    }),
    shares: param.numbers({
      default: [0.6],
      about: "Part of each tuned model, in the order of the links; 0 if missing.",
    }),
    mix: param.curve({
      default: 1,
      min: 0,
      max: 1,
      slider: [0, 1],
      step: 0.05,
      about: "Factor on the shares; 0 = the general model alone.",
    }),
  },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, shares, mix }, at, edges) => {
    const { strong, tuned, weak } = weightsOf(scale(at), shares, mix(at), edges.tuned);
    return { strong: askedAt(strong), tuned: { each: tuned.map(askedAt) }, weak: askedAt(weak) };
  },
  build: ({ strong, tuned, weak }, { scale, shares, mix }) => ({
    denoiser: (x, sigma, call) => {
      const weights = weightsOf(scale(call), shares, mix(call), tuned.length);
      const parts = tuned.map((denoiser, i) => [denoiser, weights.tuned[i]] as const);
      return weightedSum([[weak, weights.weak], [strong, weights.strong], ...parts], x, sigma, call);
    },
  }),
});

function weightsOf(scale: number, shares: readonly number[], mix: number, count: number) {
  const parts = Array.from({ length: count }, (_, i) => mix * (shares[i] ?? 0));
  return { weak: 1 - scale, strong: scale * restOf(parts), tuned: parts.map((part) => scale * part) };
}
