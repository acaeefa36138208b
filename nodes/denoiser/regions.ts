import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, mulMap } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { fitMask, onceForShape, sharesOf } from "../lib/mask.ts";

export const node = defineNode({
  type: "denoiser/regions",
  version: 1,
  title: "Regions",
  summary: "Gives each of several denoisers a region of the picture.",
  keywords: ["mask", "regional prompts", "multidiffusion", "composition", "area", "attention couple"],
  doc: doc`
    A weighted mean of predictions, place by place; the i-th mask belongs to the i-th denoiser:

    $$\hat D = \frac{\sum_i s_i\, m_i\, D_i}{\sum_i s_i\, m_i}$$

    Where masks overlap, their **strengths** $s_i$ decide. With a **background** the rest belongs to it: it has the
    weight $\max(0, 1 - \sum_i s_i m_i)$. Without one, places that no mask covers are the plain mean of all. Each
    denoiser costs one evaluation; those that share a network go in one call.
  `,
  cites: [
    {
      id: "arXiv:2302.08113",
      by: "Bar-Tal and others, 2023",
      title: "MultiDiffusion: Fusing Diffusion Paths for Controlled Image Generation",
    },
  ],
  status: "stable",
  inputs: {
    denoisers: port.denoiser("one prediction for each region", { many: true }),
    masks: port.mask("one mask for each denoiser, in the same order", { many: true }),
    background: port.denoiser("prediction where the masks leave room", { optional: true }),
  },
  params: {
    strengths: param.numbers({ default: [], about: "Weight of each region; regions without one have 1." }),
  },
  outputs: { denoiser: port.denoiser("mean of the predictions") },
  evaluations: () => ({ denoisers: 1, background: 1 }),
  forecast: ({ denoisers, masks }, { strengths }, { problem }) => {
    if (denoisers.length !== masks.length) {
      const message = `There are ${denoisers.length} denoisers and ${masks.length} masks. Connect one mask for each.`;
      problem({ port: "masks", severity: "error", message });
    }
    if (strengths.some((strength) => strength < 0))
      problem({ port: "strengths", severity: "error", message: "A strength is below 0. Use 0 to leave a region out." });
    return {};
  },
  build: ({ denoisers, masks, background }, { strengths }) => {
    const all = background ? [...denoisers, background] : denoisers;
    const shares = onceForShape((like) => {
      const fitted = masks.map((mask) => fitMask(mask, like));
      return sharesOf(fitted, strengths, background !== undefined);
    });
    return {
      denoiser: async (x, sigma, call) => {
        const parts = shares(x);
        const predictions = await Promise.all(all.map((denoiser) => denoiser(x, sigma, call)));
        return predictions.map((prediction, i) => mulMap(prediction, parts[i])).reduce(sum);
      },
    };
  },
});

function sum(total: Tensor, part: Tensor): Tensor {
  return add(total, part);
}
