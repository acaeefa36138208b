import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { cast, sub } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { onceForShape } from "../lib/mask.ts";
import { logLikelihood, measurementNoise } from "../lib/measurement.ts";
import { atSize, fitRows } from "../lib/picture.ts";
import { imageReward, onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/super-resolution",
  version: 1,
  title: "Super-resolution reward",
  summary: "Scores how well an image, made small, fits a small picture.",
  keywords: ["upscale", "downsample", "inverse problem", "measurement", "enlarge"],
  doc: doc`
    The log-likelihood of a small picture $y$ with Gaussian noise of standard deviation $\tau$:

    $$R(x) = -\frac{\lVert A x - y\rVert^2}{2\tau^2}$$

    $A$ gives every pixel of the small picture the mean of what it covers in the image. With **factor** 1 the small picture is as
    given; with a larger one it is made smaller by it first, down to the image's sides over the factor where it is larger.
  `,
  cites: [
    {
      id: "arXiv:2209.14687",
      by: "Chung and others, 2022",
      title: "Diffusion Posterior Sampling for General Noisy Inverse Problems",
    },
  ],
  status: "stable",
  inputs: { picture: port.image("the small picture") },
  params: {
    factor: param.integer({
      default: 1,
      min: 1,
      max: 64,
      unit: "×",
      about: "Makes the picture this much smaller than the image first; 1 = it is small already.",
    }),
    noise: measurementNoise,
  },
  outputs: { reward: port.reward("log-likelihood of the measurement, 0 and less") },
  forecast: () => ({ reward: onImages }),
  build: ({ picture }, { factor, noise }) => {
    const target = onceForShape((like) => small(picture, like, factor));
    return imageReward((image) => {
      const goal = target(image);
      return logLikelihood(sub(atSize(image, goal.shape[2], goal.shape[3]), goal), noise);
    });
  },
});

/** The small picture in the type and number of samples of the image. Throws a sentence if it is not smaller. */
function small(picture: Tensor, { shape, data }: Tensor, factor: number): Tensor {
  const [batch, , height, width] = shape;
  const wanted = factor === 1 ? picture.shape.slice(2) : [height, width].map((side) => Math.ceil(side / factor));
  if (wanted[0] > height || wanted[1] > width)
    throw new Error(
      `The picture has ${picture.shape[3]} × ${picture.shape[2]} pixels and the image ${width} × ${height}. Give a smaller picture or a factor above 1.`,
    );
  return fitRows(atSize(cast(picture, dtypeOf({ data, shape })), wanted[0], wanted[1]), batch);
}
