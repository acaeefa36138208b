import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { extrapolate } from "../../shared/tensor/index.ts";

export const node = defineNode({
  type: "guidance/cfg",
  version: 1,
  title: "Guidance",
  summary: "Pushes a strong prediction away from a weak one.",
  keywords: [
    "cfg",
    "classifier-free guidance",
    "scale",
    "autoguidance",
    "prompt strength",
    "negative prompt",
    "guided flows",
    "weak model",
  ],
  doc: doc`
    Extrapolates from the weak denoiser through the strong one. Higher scales follow the prompt more closely, but lose
    variety and saturate colours.

    $$\hat D(x, \sigma) = D_\text{weak} + w\,(D_\text{strong} - D_\text{weak})$$

    What is connected makes the method:

    | strong | weak | method |
    |---|---|---|
    | the prompt | the empty prompt | classifier-free guidance; on flow models, Guided Flows |
    | the prompt | a negative prompt | leads away from that |
    | the prompt | a worse network under the same prompt | autoguidance: fewer broken pictures, variety kept |

    The worse network must fail as the good one does, only more: an earlier, smaller or coarser version of it. Its best
    scale is 1.5 to 3. For a prompt, an empty prompt and a worse network together take \`guidance/multi-condition\`.

    The result does not depend on the prediction space. **Costs** two evaluations; at scale 1 the weak denoiser has no
    effect and is not evaluated. At scales below 1 a negative prompt attracts. In a chain this is the weight, after nodes
    that make or change branches and before those that change the output (rescale, thresholds).
  `,
  cites: [
    {
      id: "arXiv:2207.12598",
      by: "Ho and Salimans, 2022",
      title: "Classifier-Free Diffusion Guidance",
      where: "eq. 6, whose w is the scale minus 1",
    },
    {
      id: "arXiv:2406.02507",
      by: "Karras and others, 2024",
      title: "Guiding a Diffusion Model with a Bad Version of Itself",
    },
    {
      id: "arXiv:2311.13443",
      by: "Zheng and others, 2023",
      title: "Guided Flows for Generative Modeling and Decision Making",
    },
  ],
  status: "stable",
  inputs: { strong: port.denoiser("prediction to follow"), weak: port.denoiser("prediction to leave") },
  params: {
    scale: param.curve({
      default: 4,
      slider: [0, 16],
      safe: [2, 8],
      min: -100,
      max: 1000,
      step: 0.1,
      about: "Weight of the difference; 1 = off.",
    }),
  },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale }, at) => {
    const w = scale(at);
    return { strong: w === 0 ? 0 : 1, weak: w === 1 ? 0 : 1 };
  },
  build: ({ strong, weak }, { scale }) => ({
    denoiser: async (x, sigma, call) => {
      const w = scale(call);
      if (w === 1) return strong(x, sigma, call);
      if (w === 0) return weak(x, sigma, call);
      const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
      return extrapolate(u, s, w);
    },
  }),
});
