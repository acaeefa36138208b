import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { derivedSource } from "../../shared/random/derivedSource.ts";
import { add, affine, clamp, mulMap, sqrt } from "../../shared/tensor/index.ts";
import { fitMask, onceForShape } from "../lib/mask.ts";
import { sharedShape } from "../lib/noiseShape.ts";

export const node = defineNode({
  type: "noise/masked",
  version: 1,
  title: "Noise by mask",
  summary: "Takes one noise inside a mask and another outside.",
  keywords: ["region", "variation", "inpaint", "local seed"],
  doc: doc`
    Changes the seed in a part of the picture only: what lies outside the mask starts from the same noise as before. Where
    the mask is soft, the two mix so that the variance stays 1:

    $$\varepsilon = \sqrt{m}\;\varepsilon_\text{inside} + \sqrt{1 - m}\;\varepsilon_\text{outside}$$

    Give the two different seeds. The network looks across the border, so the rest of the picture changes somewhat too. The
    mask is brought to the latent's size; where there is a single cell, as for points of a test bed, its mean counts.
  `,
  cites: [],
  status: "stable",
  inputs: {
    inside: port.noise("noise where the mask is 1"),
    outside: port.noise("noise where the mask is 0"),
    mask: port.mask("[B or 1, 1, H, W], 0 to 1"),
  },
  params: {},
  outputs: { noise: port.noise("unit noise") },
  forecast: ({ inside, outside }, _params, { problem }) => ({
    noise: sharedShape(inside, outside, "outside", problem),
  }),
  build: ({ inside, outside, mask }) => {
    const weights = onceForShape((like) => {
      const share = clamp(fitMask(mask, like), 0, 1);
      return { share: sqrt(share), rest: sqrt(affine(share, -1, 1)) };
    });
    return {
      noise: derivedSource([inside, outside], ([a, b]) => {
        const { share, rest } = weights(a);
        return add(mulMap(a, share), mulMap(b, rest));
      }),
    };
  },
});
