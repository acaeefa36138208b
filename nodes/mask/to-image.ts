import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { spreadChannels } from "../../shared/tensor/index.ts";
import { formatShape } from "../../shared/tensor/tensor.ts";

export const node = defineNode({
  type: "mask/to-image",
  version: 1,
  title: "Mask to image",
  summary: "Makes a grey picture of a mask, to look at or to save.",
  keywords: ["preview mask", "show", "grayscale"],
  doc: doc`0 becomes black and 1 white.`,
  cites: [],
  status: "stable",
  inputs: { mask: port.mask("[B, 1, H, W]") },
  params: {},
  outputs: { image: port.image("[B, 3, H, W]") },
  forecast: ({ mask }) => (mask?.shape.length === 4 ? { image: { shape: mask.shape.with(1, 3) } } : {}),
  run: async ({ mask }, _params, context) => {
    if (mask.shape.length !== 4 || mask.shape[1] !== 1)
      throw new Error(`A mask is B × 1 × height × width, but this is ${formatShape(mask.shape)}.`);
    const image = spreadChannels(mask, 3);
    await context.show(image);
    return { image };
  },
});
