import type { Curve } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, combine, detach, scale, withPullback, zeros } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { createOptimiser, momentumParam, type OptimiserKind, optimiserParam } from "../lib/optimiser.ts";
import { askTracked, cleanGradient, cleanScore, forecastReward, type Score, slopeOf } from "../lib/rewardGradient.ts";
import { clipParam, limited, posteriorStd, spreadParam } from "../lib/rewardPush.ts";

export const node = defineNode({
  type: "guidance/universal",
  version: 1,
  title: "Universal guidance",
  summary: "Follows a reward through the network, and improves the predicted picture itself.",
  keywords: ["ugd", "forward guidance", "backward guidance", "recurrence", "reward", "gradient", "segmentation"],
  doc: doc`
    Two pushes by any reward of clean pictures. **Forward** goes through the network, as DPS: gentle and clean.
    **Backward** takes some optimiser steps on the predicted picture itself: it makes sure that the reward rises, and
    leaves what the model finds likely.

    $$\hat D = D + s\,\sigma^2\, \nabla_x R(D) + d, \qquad
    d \approx \arg\max_d\; R(D + d) - \frac{p}{2\,v(\sigma)} \lVert d \rVert^2$$

    The noise is worked out anew from the shifted prediction. **Proximity** $p$ holds $d$ back by what is still unknown,
    $v = \tau^2\sigma^2/(\tau^2 + \sigma^2)$ for data of deviation $\tau$ (**spread**): at $p = 1$ the best $d$ is exact for one
    Gaussian and a quadratic reward, and steps are in units of $v$. The published method has no proximity; then steps × rate should stay below half a
    deviation of the latents, or every picture becomes the same. Make each step several times for realism: that is **recurrence**
    of the sampler, with published values of 2 to 10.

    **Costs** one evaluation, with forward guidance a pass back through every network behind the denoiser, and for each
    backward step decoding and scoring with their gradients. **Try** forward alone first, then 3 to 10 backward steps above
    sigma 0.3. With both off nothing is asked.
  `,
  cites: [
    {
      id: "arXiv:2302.07121",
      by: "Bansal and others, 2023",
      title: "Universal Guidance for Diffusion Models",
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
    forward: param.curve({
      default: 1,
      slider: [0, 10],
      safe: [0.5, 2],
      min: -1e5,
      max: 1e5,
      about: "Weight of the slope through the network; 0 = off.",
    }),
    steps: param.integer({
      default: 0,
      min: 0,
      max: 1000,
      slider: [0, 20],
      label: "Backward steps",
      about: "Optimiser steps on the predicted picture; 0 = off.",
    }),
    rate: param.curve({
      default: 0.01,
      min: 0,
      max: 1000,
      slider: [0, 0.1],
      step: 0.005,
      decimals: 4,
      label: "Backward rate",
      about: "Size of a backward step.",
    }),
    proximity: param.curve({
      default: 0,
      min: 0,
      max: 1000,
      onCard: false,
      about: "Holds the backward push back; 0 = not, 1 = by all that the level knows.",
    }),
    optimiser: optimiserParam("adam"),
    momentum: momentumParam,
    spread: spreadParam,
    clip: clipParam,
  },
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ forward }, at) => ({ denoiser: forward(at) === 0 ? 1 : askTracked }),
  forecast: (known, _params, { problem }) => forecastReward(known, cleanGradient, problem),
  build: ({ denoiser, reward, model = denoiser.model }, params) => {
    const score = cleanScore(reward, model, cleanGradient);
    const { forward, steps, rate, clip } = params;
    return {
      denoiser: async (x, sigma, call) => {
        const s = forward(call);
        const isImproved = steps > 0 && rate(call) !== 0;
        if (s === 0 && !isImproved) return denoiser(x, sigma, call);
        const { result: denoised, back } =
          s === 0
            ? { result: await denoiser(x, sigma, call), back: null }
            : await withPullback(x, (leaf) => denoiser(leaf, sigma, call));
        const { gradient } = await slopeOf(score, denoised);
        const ahead = back ? scale(await back(gradient), s * sigma ** 2) : null;
        const found = isImproved
          ? await improve(score, detach(denoised), gradient, climbAt(params, sigma, call))
          : null;
        const push = ahead && found ? add(ahead, found) : (ahead ?? found)!;
        return add(denoised, limited(push, clip));
      },
    };
  },
});

interface Climb {
  readonly steps: number;
  readonly rate: number;
  readonly proximity: number;
  /** What is unknown at the level, v(sigma). */
  readonly variance: number;
  readonly optimiser: OptimiserKind;
  readonly momentum: number;
}

interface ClimbParams extends Pick<Climb, "steps" | "optimiser" | "momentum"> {
  readonly rate: Curve;
  readonly proximity: Curve;
  readonly spread: number;
}

function climbAt(params: ClimbParams, sigma: number, call: Parameters<Curve>[0]): Climb {
  const { rate, proximity, spread } = params;
  return { ...params, rate: rate(call), proximity: proximity(call), variance: posteriorStd(spread, sigma) ** 2 };
}

/** The way from a prediction to where the reward is higher, from its slope at the prediction on. */
async function improve(score: Score, start: Tensor, first: Tensor, climb: Climb): Promise<Tensor> {
  const { steps, rate, proximity, variance } = climb;
  const next = createOptimiser(climb.optimiser, climb.momentum);
  let found = zeros(start.shape, dtypeOf(start));
  for (let k = 0; k < steps; k++) {
    const gradient = k === 0 ? first : (await slopeOf(score, add(start, found))).gradient;
    // In units of the variance, so that the same rate holds still at every level.
    const uphill = proximity === 0 ? gradient : combine(gradient, variance, found, -proximity);
    found = add(found, next(uphill, rate));
  }
  return found;
}
