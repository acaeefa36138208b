import { jpegBytes } from "../../shared/jpeg/size.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { RewardTraits } from "../../shared/reward.ts";
import { fromNumbers } from "../../shared/tensor/index.ts";
import { dtypeOf } from "../../shared/tensor/tensor.ts";

const traits: RewardTraits = { on: "image", noiseAware: false, differentiable: false };

export const node = defineNode({
  type: "reward/jpeg-size",
  version: 1,
  title: "JPEG size reward",
  summary: "Scores how small an image is as a JPEG file.",
  keywords: ["compressibility", "simple", "black box", "bytes", "ddpo"],
  doc: doc`
    The size of the image as a JPEG file, in kilobytes, below 0. Flat areas and soft edges make it small; grain, fine patterns
    and hard edges make it large. A sum of it with the weight −1 asks for the opposite.

    It has no gradient: rounding hides every small change. Use it where samples are chosen (best of batch), or with
    guidance that only compares values. It is computed, to about 1 %, as a baseline encoder with the standard's tables and full
    colour resolution would write it; nothing is written.
  `,
  cites: [
    {
      id: "arXiv:2305.13301",
      by: "Black and others, 2023",
      title: "Training Diffusion Models with Reinforcement Learning",
    },
  ],
  status: "stable",
  inputs: {},
  params: {
    quality: param.integer({ default: 95, min: 1, max: 100, slider: [1, 100], about: "JPEG quality." }),
  },
  outputs: { reward: port.reward("kilobytes of the file, below 0") },
  forecast: () => ({ reward: traits }),
  build: (_inputs, { quality }) => ({
    reward: {
      ...traits,
      value: async (image) => {
        const sizes = jpegBytes(image, quality).map((bytes) => -bytes / 1000);
        return fromNumbers(sizes, [image.shape[0]], dtypeOf(image));
      },
    },
  }),
});
