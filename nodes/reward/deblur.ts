import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { blurPlanes, gaussianKernel, sub } from "../../shared/tensor/index.ts";
import { onceForShape } from "../lib/mask.ts";
import { logLikelihood, measurementNoise } from "../lib/measurement.ts";
import { fitPicture } from "../lib/picture.ts";
import { imageReward, onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/deblur",
  version: 1,
  title: "Deblurring reward",
  summary: "Scores how well an image, once blurred, fits a blurred picture.",
  keywords: ["blur", "gaussian", "inverse problem", "measurement", "restore", "unblur"],
  doc: doc`
    The log-likelihood of a blurred picture $y$ with Gaussian noise of standard deviation $\tau$:

    $$R(x) = -\frac{\lVert G_s * x - y\rVert^2}{2\tau^2}$$

    $G_s$ is a Gaussian blur of standard deviation $s$ pixels, mirrored at the borders. Many sharp images give the same
    blurred one; the model chooses among them. If the picture is sharp, **blur picture** blurs it first: the coarse
    layout of a picture becomes the goal, and its detail is free.
  `,
  cites: [
    {
      id: "arXiv:2209.14687",
      by: "Chung and others, 2022",
      title: "Diffusion Posterior Sampling for General Noisy Inverse Problems",
    },
  ],
  status: "stable",
  inputs: { picture: port.image("the blurred picture; fitted to the image's size") },
  params: {
    blur: param.number({ default: 3, min: 0, max: 64, unit: "px", about: "Standard deviation of the blur." }),
    isSharp: param.boolean({
      default: false,
      label: "Blur picture",
      about: "The picture is sharp: it is blurred as the image is.",
    }),
    noise: measurementNoise,
  },
  outputs: { reward: port.reward("log-likelihood of the measurement, 0 and less") },
  forecast: () => ({ reward: onImages }),
  build: ({ picture }, { blur, isSharp, noise }) => {
    const kernel = gaussianKernel(blur);
    const target = onceForShape((like) => {
      const fitted = fitPicture(picture, like);
      return isSharp ? blurPlanes(fitted, kernel) : fitted;
    });
    return imageReward((image) => logLikelihood(sub(blurPlanes(image, kernel), target(image)), noise));
  },
});
