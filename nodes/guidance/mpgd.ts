import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, detach, scale } from "../../shared/tensor/index.ts";
import { cleanGradient, cleanScore, forecastReward, slopeOf } from "../lib/rewardGradient.ts";
import {
  clipParam,
  guidanceLength,
  limited,
  posteriorStd,
  spreadParam,
  stagesWatch,
  stepShift,
  stretchedBy,
} from "../lib/rewardPush.ts";

export const node = defineNode({
  type: "guidance/mpgd",
  version: 1,
  title: "MPGD",
  summary: "Moves the predicted picture along a reward's gradient, without passes back.",
  keywords: ["manifold preserving guided diffusion", "reward", "gradient", "cheap", "training-free"],
  doc: doc`
    Changes the *predicted* clean picture in the direction that the reward likes, and goes on from there. Nothing is
    differentiated through the network, so it is two to three times as fast as DPS; but nothing holds the push to what the
    model finds likely either, so that small patterns may appear which please the reward and no eye.

    $$d = c\,\nabla_{x_0} R(D), \qquad x' = (D + d) + \sigma' \epsilon$$

    **Length** sets $c$: *relative* makes $d$ strength times as long as what guidance adds to the noise at this
    step (the way of the published code, whose strength is 3), measured against **weak**, or as a tenth of the noise where that is not
    connected; *covariance* takes $c = s\,v(\sigma)$ with $v = \tau^2\sigma^2/(\tau^2+\sigma^2)$, which is exact for one Gaussian
    of deviation $\tau$ and a linear reward when the noise is recomputed; *plain* takes $c = s$. **Noise** *kept* is the published step; *recomputed*
    shifts the prediction itself, which is weaker by $1 - \sigma'/\sigma$ and goes with every sampler.

    **Costs** decoding, scoring and their gradients; the network is only evaluated. **Try** ending it at sigma 0.3
    (\`guidance/interval\`), so that the last steps clean up, and an ancestral sampler. Strength 0 asks nothing.
  `,
  cites: [
    {
      id: "arXiv:2311.16424",
      by: "He and others, 2023",
      title: "Manifold Preserving Guided Diffusion",
    },
  ],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("prediction to guide"),
    reward: port.reward("what the clean sample should score high on"),
    model: port.model("whose decoder shows images to the reward; the denoiser's own if empty", { optional: true }),
    weak: port.denoiser("unguided side, to measure relative lengths by", { optional: true }),
  },
  params: {
    strength: param.curve({
      default: 3,
      slider: [0, 10],
      safe: [1, 6],
      min: -1e5,
      max: 1e5,
      about: "Length of the push; 0 = off.",
    }),
    length: param.select({
      default: "relative",
      about: "What the push is measured by.",
      options: [
        { value: "relative", about: "What guidance adds at this step." },
        { value: "covariance", about: "What is still unknown of the picture." },
        { value: "plain", about: "The gradient as it is." },
      ],
    }),
    noise: param.select({
      default: "kept",
      onCard: false,
      about: "What noise the step goes on with.",
      options: [
        { value: "kept", about: "The network's own: the published step." },
        { value: "recomputed", about: "What the shifted prediction leaves: for any sampler." },
      ],
    }),
    spread: spreadParam,
    clip: clipParam,
  },
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ strength, length }, at) => ({
    denoiser: 1,
    weak: strength(at) !== 0 && length === "relative" ? 1 : 0,
  }),
  forecast: (known, _params, { problem }) => forecastReward(known, cleanGradient, problem),
  build: ({ denoiser, reward, model = denoiser.model, weak }, params, context) => {
    const score = cleanScore(reward, model, cleanGradient);
    const { strength, length, noise, spread, clip } = params;
    const watch = stagesWatch(context);
    return {
      denoiser: async (x, sigma, call) => {
        const s = strength(call);
        if (s === 0) return denoiser(x, sigma, call);
        const isRelative = length === "relative";
        const weakSide = isRelative ? weak?.(x, sigma, call) : undefined;
        const [denoised, side] = await Promise.all([denoiser(x, sigma, call), weakSide]);
        const { gradient } = await slopeOf(score, denoised);
        const push = isRelative
          ? stretchedBy(gradient, s, guidanceLength(detach(x), sigma, detach(denoised), side && detach(side)))
          : scale(gradient, length === "plain" ? s : s * posteriorStd(spread, sigma) ** 2);
        if (noise === "recomputed") return add(denoised, limited(push, clip));
        watch(call);
        return add(denoised, stepShift(limited(push, clip), sigma, call));
      },
    };
  },
});
