import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import {
  add,
  alongAxis,
  blurPlanes,
  filterMap,
  gaussianKernel,
  mean,
  scale,
  shift,
  sqrt,
  square,
  sub,
} from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { onceForShape } from "../lib/mask.ts";
import { brightness, fitPicture } from "../lib/picture.ts";
import { imageReward, onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/edges",
  version: 1,
  title: "Edges reward",
  summary: "Scores how alike the edges of an image and a picture are.",
  keywords: ["structure", "outline", "sobel", "canny", "sketch", "layout"],
  doc: doc`
    Compares the strength of edges, whatever the colours on their two sides:

    $$R(x) = -\frac1N \lVert e(x) - e(y)\rVert^2,\qquad e = \sqrt{g_h^2 + g_v^2 + 10^{-6}}$$

    $g_h$ and $g_v$ are the brightness differences by Sobel's filters, after a Gaussian **blur**. A wider blur forgives
    edges that lie beside each other and pulls from farther away. 0 for the same outlines; use it to keep the structure of
    a picture while its style changes.
  `,
  cites: [],
  status: "stable",
  inputs: { picture: port.image("picture with the wanted outlines; fitted to the image's size") },
  params: {
    blur: param.number({
      default: 1,
      min: 0,
      max: 32,
      unit: "px",
      about: "Standard deviation of the blur before edges are found.",
    }),
  },
  outputs: { reward: port.reward("0 for the same edges, less for others") },
  forecast: () => ({ reward: onImages }),
  build: ({ picture }, { blur }) => {
    const kernel = gaussianKernel(blur);
    const target = onceForShape((like) => edges(fitPicture(picture, like), kernel));
    return imageReward((image) => scale(mean(square(sub(edges(image, kernel), target(image)))), -1));
  },
});

/** Strength of edges at every place, [B, 1, H, W]. The small number keeps the slope finite where there is none. */
function edges(image: Tensor, kernel: readonly number[]): Tensor {
  const light = blurPlanes(brightness(image), kernel);
  return sqrt(shift(add(square(sobel(light, 3)), square(sobel(light, 2))), 1e-6));
}

/** Difference along one side, smoothed along the other. */
function sobel(x: Tensor, axis: 2 | 3): Tensor {
  const across = axis === 2 ? 3 : 2;
  const steps = alongAxis(x, axis, filterMap(x.shape[axis], [-0.5, 0, 0.5]));
  return alongAxis(steps, across, filterMap(x.shape[across], [0.25, 0.5, 0.25]));
}
