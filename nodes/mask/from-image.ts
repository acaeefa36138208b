import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { alongAxis, axisMap, clamp } from "../../shared/tensor/index.ts";
import { formatShape } from "../../shared/tensor/tensor.ts";

const weights = {
  luminance: [0.2126, 0.7152, 0.0722],
  red: [1, 0, 0],
  green: [0, 1, 0],
  blue: [0, 0, 1],
} as const;

export const node = defineNode({
  type: "mask/from-image",
  version: 1,
  title: "Mask from image",
  summary: "Takes the brightness or a colour channel of a picture as a mask.",
  keywords: ["luminance", "channel", "painted", "segmentation", "black and white"],
  doc: doc`
    White becomes 1 and black 0. Paint the region in any program, load the picture and connect it here; a segmentation or
    a depth map does as well. Brightness is $0.2126\,R + 0.7152\,G + 0.0722\,B$ of the stored values.
  `,
  cites: [],
  status: "stable",
  inputs: { image: port.image("black and white picture, or any other") },
  params: {
    channel: param.select({
      default: "luminance",
      about: "What becomes the mask.",
      options: [
        { value: "luminance", label: "Brightness" },
        { value: "red", label: "Red" },
        { value: "green", label: "Green" },
        { value: "blue", label: "Blue" },
      ],
    }),
  },
  outputs: { mask: port.mask("[B, 1, H, W], 0..1") },
  forecast: ({ image }) => (image ? { mask: { shape: image.shape.with(1, 1) } } : {}),
  run: ({ image }, { channel }) => {
    if (image.shape.length !== 4 || image.shape[1] !== 3)
      throw new Error(`An image is B × 3 × height × width, but this is ${formatShape(image.shape)}.`);
    return { mask: clamp(alongAxis(image, 1, axisMap([weights[channel]])), 0, 1) };
  },
});
