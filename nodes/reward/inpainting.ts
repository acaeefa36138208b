import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { mulMap, sub } from "../../shared/tensor/index.ts";
import { fitMask, onceForShape } from "../lib/mask.ts";
import { logLikelihood, measurementNoise } from "../lib/measurement.ts";
import { fitPicture } from "../lib/picture.ts";
import { imageReward, onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/inpainting",
  version: 1,
  title: "Inpainting reward",
  summary: "Scores how well an image keeps the known part of a picture.",
  keywords: ["inpaint", "outpaint", "fill", "inverse problem", "measurement", "known region"],
  doc: doc`
    The log-likelihood of the known pixels, if they carry Gaussian noise of standard deviation $\tau$:

    $$R(x) = -\frac{\lVert m \odot (x - y)\rVert^2}{2\tau^2}$$

    The **mask** $m$ is white where the picture is known. With this reward, sampling from the tilted distribution is filling
    the rest by the model. The sum grows with the number of pixels: guidance that normalises its gradient is easier to set.
  `,
  cites: [
    {
      id: "arXiv:2209.14687",
      by: "Chung and others, 2022",
      title: "Diffusion Posterior Sampling for General Noisy Inverse Problems",
    },
  ],
  status: "stable",
  inputs: {
    picture: port.image("the known picture; fitted to the image's size"),
    mask: port.mask("white where it is known"),
  },
  params: {
    noise: measurementNoise,
  },
  outputs: { reward: port.reward("log-likelihood of the measurement, 0 and less") },
  forecast: () => ({ reward: onImages }),
  build: ({ picture, mask }, { noise }) => {
    const target = onceForShape((like) => fitPicture(picture, like));
    const known = onceForShape((like) => fitMask(mask, like));
    return imageReward((image) => logLikelihood(mulMap(sub(image, target(image)), known(image)), noise));
  },
});
