import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, mulSample, scale, withPullback } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { askTracked, cleanGradient, cleanScore, forecastReward, slopeOf } from "../lib/rewardGradient.ts";
import { clipParam, landing, limited, stagesWatch, stepShift } from "../lib/rewardPush.ts";

export const node = defineNode({
  type: "guidance/dps",
  version: 1,
  title: "DPS",
  summary: "Follows a reward of the predicted picture, differentiated through the network.",
  keywords: ["diffusion posterior sampling", "inverse problem", "reward", "gradient", "inpainting", "deblurring"],
  doc: doc`
    Scores the clean picture that the network predicts and asks, back through the network, how the noisy sample should
    change to raise the score. Going through the network keeps the push to changes that the model finds likely, so
    pictures stay clean while they come closer to what the reward wants.

    $$\hat D(x, \sigma) = D + s\,\sigma^2\, \nabla_x R(D(x, \sigma))$$

    **Form** *tilt* is this one: it leads towards $p(x_0)\,e^{s R(x_0)}$, so the strength is the inverse temperature. It
    is exact for one Gaussian and a linear reward; for curved rewards it pushes too hard (LGD-MC mends that).
    *Published* is the original for measurements: the reward must be minus a squared distance $d^2$, and every
    step moves by $-s \sqrt{(1+\sigma^2)(1+\sigma'^2)}\, \nabla_x d$, the slope of the distance itself. It scales itself; with
    few steps take more, about 0.5 × 1000 / steps.

    **Costs** one evaluation and one pass back through every network behind the denoiser, and decoding and scoring with
    their gradients. **Try** a strength of 0.5 to 2 for log-probabilities; much more for rewards with small slopes.
    Strength 0 asks nothing. The published form is meant for samplers with one evaluation in a step.
  `,
  cites: [
    {
      id: "arXiv:2209.14687",
      by: "Chung and others, 2022",
      title: "Diffusion Posterior Sampling for General Noisy Inverse Problems",
      where: "algorithm 1",
    },
  ],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("prediction to guide"),
    reward: port.reward("what the clean sample should score high on"),
    model: port.model("whose decoder shows images to the reward; the denoiser's own if empty", { optional: true }),
  },
  params: {
    strength: param.curve({
      default: 1,
      slider: [0, 10],
      safe: [0.5, 2],
      min: -1e5,
      max: 1e5,
      about: "Weight of the reward's slope; 0 = off.",
    }),
    form: param.select({
      default: "tilt",
      onCard: false,
      about: "How strong the push is at each level.",
      options: [
        { value: "tilt", about: "As the tilted distribution wants, for any reward and sampler." },
        { value: "published", about: "By the slope of a distance, for rewards that are minus its square." },
      ],
    }),
    clip: clipParam,
  },
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ strength }, at) => ({ denoiser: strength(at) === 0 ? 1 : askTracked }),
  forecast: (known, _params, { problem }) => forecastReward(known, cleanGradient, problem),
  build: ({ denoiser, reward, model = denoiser.model }, { strength, form, clip }, context) => {
    const score = cleanScore(reward, model, cleanGradient);
    const watch = stagesWatch(context);
    return {
      denoiser: async (x, sigma, call) => {
        const s = strength(call);
        if (s === 0) return denoiser(x, sigma, call);
        const { result: denoised, back } = await withPullback(x, (leaf) => denoiser(leaf, sigma, call));
        const { value, gradient } = await slopeOf(score, denoised);
        if (form === "tilt") return add(denoised, limited(scale(await back(gradient), s * sigma ** 2), clip));
        watch(call);
        const factor = s * Math.sqrt((1 + call.sigma ** 2) * (1 + landing(call) ** 2));
        const push = scale(await back(slopeOfRoot(value, gradient)), factor);
        return add(denoised, stepShift(limited(push, clip), sigma, call));
      },
    };
  },
});

/** Slope of −√(−R) from value and slope of R; 0 where the distance is 0. */
function slopeOfRoot({ data, shape }: Tensor, gradient: Tensor): Tensor {
  const factors = data.map((value) => {
    if (value > 0)
      throw new Error("This reward is above 0, so it is not minus a squared distance. Choose the form “tilt” for it.");
    return value === 0 ? 0 : 0.5 / Math.sqrt(-value);
  });
  return mulSample(gradient, { data: factors, shape });
}
