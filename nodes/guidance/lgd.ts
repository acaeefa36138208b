import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, scale, withPullback } from "../../shared/tensor/index.ts";
import { askTracked, cleanGradient, cleanScore, forecastReward, smoothedGradient } from "../lib/rewardGradient.ts";
import { clipParam, limited, posteriorStd, spreadParam } from "../lib/rewardPush.ts";

export const node = defineNode({
  type: "guidance/lgd",
  version: 1,
  title: "LGD-MC",
  summary: "Follows a reward averaged over noisy copies of the predicted picture.",
  keywords: ["loss-guided diffusion", "monte carlo", "reward", "gradient", "smoothing", "inverse problem"],
  doc: doc`
    As DPS, but the network's prediction is taken for what it is, uncertain: the reward is averaged over pictures around
    it, those with high scores counting more. Curved rewards no longer push too hard, early steps become calmer, and
    rough rewards smoother.

    $$\hat D = D + \sigma^2\, \nabla_x\, T \log \frac1n \sum_j \exp\Big(\frac{s}{T} R(D + r\,\xi_j)\Big), \qquad
    r = \rho\,\frac{\tau\sigma}{\sqrt{\tau^2+\sigma^2}}$$

    Strength $s$ is the inverse temperature of the tilt $p(x_0)\,e^{sR(x_0)}$. With radius $\rho = 1$ and spread $\tau = 1$ the
    copies are as far away as the original has them. For one Gaussian of deviation $\tau$ and a quadratic reward the result is
    exact in the limit of many draws; a linear reward is not changed by the averaging at all.

    Where scores differ by much more than 1 between copies only the best one counts: raise **temperature** $T$.

    **Costs** one evaluation and *one* pass back through the network, and decoding and scoring **draws** times with their
    gradients, in memory too. **Try** 10 draws; 4 for a cheap one. Strength 0 asks nothing.
  `,
  cites: [
    {
      id: "https://proceedings.mlr.press/v202/song23k.html",
      by: "Song and others, 2023",
      title: "Loss-Guided Diffusion Models for Plug-and-Play Controllable Generation",
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
      about: "Weight of the reward; 0 = off.",
    }),
    draws: param.integer({ default: 10, min: 1, max: 1000, slider: [1, 64], about: "Copies that are averaged." }),
    radius: param.curve({
      default: 1,
      min: 0,
      max: 100,
      slider: [0, 2],
      step: 0.05,
      onCard: false,
      about: "Distance of the copies, in deviations of what is unknown at the level; 0 = DPS.",
    }),
    temperature: param.number({
      default: 1,
      min: 0.001,
      max: 1e5,
      onCard: false,
      about: "Above 1, copies count more evenly.",
    }),
    spread: spreadParam,
    clip: clipParam,
  },
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ strength }, at) => ({ denoiser: strength(at) === 0 ? 1 : askTracked }),
  forecast: (known, _params, { problem }) => forecastReward(known, cleanGradient, problem),
  build: ({ denoiser, reward, model = denoiser.model }, params) => {
    const score = cleanScore(reward, model, cleanGradient);
    const { strength, draws: count, radius, temperature, spread, clip } = params;
    return {
      denoiser: async (x, sigma, call) => {
        const s = strength(call);
        if (s === 0) return denoiser(x, sigma, call);
        const { result: denoised, back } = await withPullback(x, (leaf) => denoiser(leaf, sigma, call));
        const length = radius(call) * posteriorStd(spread, sigma);
        const draws = length === 0 ? [] : Array.from({ length: count }, () => scale(call.noise(denoised), length));
        const gradient = await back(await smoothedGradient(score, denoised, s, { draws, temperature }));
        return add(denoised, limited(scale(gradient, sigma ** 2), clip));
      },
    };
  },
});
