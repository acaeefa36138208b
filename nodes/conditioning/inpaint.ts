import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { resize } from "../../shared/tensor/index.ts";
import { formatShape, type Tensor } from "../../shared/tensor/tensor.ts";
import { beside, withBeside } from "../lib/beside.ts";
import { shownBeside } from "../lib/fitConditioning.ts";

export const node = defineNode({
  type: "conditioning/inpaint",
  version: 1,
  title: "Inpaint conditioning",
  summary: "Tells an inpainting model which part of a picture to repaint.",
  keywords: ["inpaintmodelconditioning", "inpainting", "mask", "repaint", "outpainting", "fill"],
  doc: doc`
    Inpainting models read five channels beside the latent: the mask, and the latent of the picture without what lies under
    it. So they see what surrounds the hole, where an ordinary model only has its noise replaced. This node adds them to a
    conditioning; connect it for every side of the guidance, the empty prompt's too.

    Where the **mask** is 1 the picture is repainted, as $m \ge \tfrac12$ at its own pixels; grey goes in there. Start from
    the encoded picture with a strength below 1 to keep some of it, or from an empty latent. Paste the result into the
    original for the pixels outside, which come through the autoencoder.
  `,
  cites: [
    {
      id: "arXiv:2112.10752",
      by: "Rombach and others, 2022",
      title: "High-Resolution Image Synthesis with Latent Diffusion Models",
      where: "section 4.5",
    },
  ],
  status: "stable",
  inputs: {
    model: port.model("an inpainting checkpoint, for its encoder"),
    conditioning: port.conditioning("what the network is told"),
    image: port.image("picture to repaint, as large as the latent's"),
    mask: port.mask("1 = repaint"),
  },
  params: {},
  outputs: { conditioning: port.conditioning("the same, with mask and masked picture") },
  sessions: ["vae_encoder"],
  forecast: ({ model, conditioning }, _params, { problem }) => {
    if (model && model.beside !== "inpainting") {
      const message = `${model.name} is no inpainting model: it takes no mask. Take an inpainting checkpoint, or connect the conditioning itself.`;
      problem({ port: "model", severity: "error", message });
    }
    return { conditioning: shownBeside(conditioning, "inpainting") };
  },
  run: async ({ model, conditioning, image, mask }) => {
    const hole = holeOf(mask, image);
    const latent = await model.encode(withoutHole(image, hole));
    const [height, width] = latent.shape.slice(2);
    return { conditioning: withBeside(conditioning, beside(resize(hole, height, width, "nearest"), latent)) };
  },
});

/** 1 where the picture is repainted, in the picture's size. */
function holeOf(mask: Tensor, image: Tensor): Tensor {
  const [, channels, ...sides] = mask.shape;
  if (mask.shape.length !== 4 || channels !== 1) {
    throw new Error(
      `A mask is B × 1 × height × width, but this is ${formatShape(mask.shape)}. Make it from one channel.`,
    );
  }
  const isFitting = sides[0] === image.shape[2] && sides[1] === image.shape[3];
  const fitted = isFitting ? mask : resize(mask, image.shape[2], image.shape[3], "bilinear");
  return { data: Float32Array.from(fitted.data, (value) => (value >= 0.5 ? 1 : 0)), shape: fitted.shape };
}

/** The picture with grey, the middle of what the encoder reads, in the hole. */
function withoutHole({ data, shape }: Tensor, hole: Tensor): Tensor {
  const plane = shape[2] * shape[3];
  const rows = hole.shape[0];
  const at = (i: number) => (Math.floor(i / (3 * plane)) % rows) * plane + (i % plane);
  return { data: Float32Array.from(data, (value, i) => (hole.data[at(i)] === 1 ? 0.5 : value)), shape };
}
