import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { addScaled, mulMap, sub } from "../../shared/tensor/index.ts";
import { fitMask, onceForShape } from "../lib/mask.ts";

export const node = defineNode({
  type: "denoiser/mask",
  version: 1,
  title: "Region",
  summary: "Lets one denoiser act inside a mask and another outside it.",
  keywords: ["mask", "regional prompt", "regional guidance", "area", "local", "soft edge"],
  doc: doc`
    Mixes two predictions by a mask $m$, place by place:

    $$\hat D = D_\text{out} + a\,m\,(D_\text{in} - D_\text{out})$$

    * **A prompt in a region**: two Condition nodes, or two guided pairs.
    * **Any guidance in a region**: the guided denoiser inside, the one it was made of outside. What both sides ask is
      evaluated once, so this costs no more than the guidance itself.

    The mask is resized to the latent: each of its places counts as the mean of what it covers. Soft edges hide seams.
    **Strength** $a$ may be a curve: strong while the composition forms, off while details do, say; at 0 the inner side
    costs nothing. The network still sees the whole picture, so regions influence one another.
  `,
  cites: [],
  status: "stable",
  inputs: {
    inside: port.denoiser("prediction where the mask is 1"),
    outside: port.denoiser("prediction where the mask is 0"),
    mask: port.mask("[B, 1, h, w] of any size, 0..1"),
  },
  params: {
    strength: param.curve({
      default: 1,
      min: 0,
      max: 1,
      step: 0.05,
      slider: [0, 1],
      about: "Factor on the mask; 0 = off.",
    }),
  },
  outputs: { denoiser: port.denoiser("mixed prediction") },
  evaluations: ({ strength }, at) => ({ inside: strength(at) === 0 ? 0 : 1, outside: 1 }),
  build: ({ inside, outside, mask }, { strength }) => {
    const fitted = onceForShape((like) => fitMask(mask, like));
    return {
      denoiser: async (x, sigma, call) => {
        const amount = strength(call);
        if (amount === 0) return outside(x, sigma, call);
        const [within, around] = await Promise.all([inside(x, sigma, call), outside(x, sigma, call)]);
        return addScaled(around, mulMap(sub(within, around), fitted(x)), amount);
      },
    };
  },
});
