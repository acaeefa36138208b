import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, detach, withPullback } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { askTracked, cleanGradient, cleanScore, forecastReward, slopeOf } from "../lib/rewardGradient.ts";
import { clipParam, guidanceLength, landing, limited, stagesWatch, stepShift, stretchedBy } from "../lib/rewardPush.ts";

export const node = defineNode({
  type: "guidance/freedom",
  version: 1,
  title: "FreeDoM",
  summary: "Follows any reward through the network, in steps as long as guidance itself.",
  keywords: ["training-free", "energy", "time travel", "reward", "gradient", "style"],
  doc: doc`
    As DPS, but only the *direction* of the gradient counts: every step moves by a share of what guidance moves. So one
    strength does for every reward, whatever its scale: a loss times 1000 gives the same picture.

    $$\Delta = k\; w\,\mathrm{rms}(\epsilon_c - \epsilon_u)\, \sqrt{1+\sigma'^2}\; \frac{g}{\mathrm{rms}(g)}, \qquad
    g = \nabla_x R(D(x, \sigma))$$

    Put it after guidance and connect guidance's **weak** side here too, so that it knows how much was guided (nothing is
    evaluated twice for it); without that, a tenth of the noise serves.

    The push never fades, not even where the reward is content: end it. The original guides only in the middle, where
    meaning forms (sigma about 3 to 0.7 for Stable Diffusion), with \`guidance/interval\` or a strength curve, and
    makes those steps three times (**recurrence** of the sampler).

    **Costs** one evaluation and one pass back through every network behind the denoiser, and decoding and scoring with
    their gradients. Strength 0 asks nothing. It is meant for samplers with one evaluation in a step.
  `,
  cites: [
    {
      id: "arXiv:2303.09833",
      by: "Yu and others, 2023",
      title: "FreeDoM: Training-Free Energy-Guided Conditional Diffusion Model",
    },
  ],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("prediction to guide"),
    reward: port.reward("what the clean sample should score high on"),
    model: port.model("whose decoder shows images to the reward; the denoiser's own if empty", { optional: true }),
    weak: port.denoiser("unguided side, to measure the step by", { optional: true }),
  },
  params: {
    strength: param.curve({
      default: 0.2,
      slider: [0, 2],
      safe: [0.1, 0.5],
      min: -100,
      max: 100,
      step: 0.05,
      about: "Length of a step as a share of guidance's own; 0 = off.",
    }),
    clip: clipParam,
  },
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ strength }, at) =>
    strength(at) === 0 ? { denoiser: 1 } : { weak: [{ variant: "tracked", of: "denoiser" }], denoiser: askTracked },
  forecast: (known, _params, { problem }) => forecastReward(known, cleanGradient, problem),
  build: ({ denoiser, reward, model = denoiser.model, weak }, { strength, clip }, context) => {
    const score = cleanScore(reward, model, cleanGradient);
    const watch = stagesWatch(context);
    return {
      denoiser: async (x, sigma, call) => {
        const k = strength(call);
        if (k === 0) return denoiser(x, sigma, call);
        watch(call);
        let side: Tensor | undefined;
        const { result: denoised, back } = await withPullback(x, async (leaf) => {
          const both = await Promise.all([denoiser(leaf, sigma, call), weak?.(leaf, sigma, call)]);
          side = both[1] && detach(both[1]);
          return both[0];
        });
        const { gradient } = await slopeOf(score, denoised);
        const length = guidanceLength(detach(x), sigma, detach(denoised), side);
        const push = stretchedBy(await back(gradient), k * Math.sqrt(1 + landing(call) ** 2), length);
        return add(denoised, stepShift(limited(push, clip), sigma, call));
      },
    };
  },
});
