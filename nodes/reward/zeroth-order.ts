import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { philoxNormal } from "../../shared/random/philox.ts";
import type { Reward, RewardTraits } from "../../shared/reward.ts";
import { addScaled, detach, mulSample, scale, sub, zeros } from "../../shared/tensor/index.ts";
import { traced } from "../../shared/tensor/kernel.ts";
import { allocate, dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";

export const node = defineNode({
  type: "reward/zeroth-order",
  version: 1,
  title: "Estimated gradient",
  summary: "Gives a reward without gradient an estimated one, from its values nearby.",
  keywords: ["black box", "spsa", "gradient-free", "finite differences", "zeroth order", "derivative-free"],
  doc: doc`
    The value stays as it is; its gradient is estimated from pairs of points on both sides, along random signs $u_i$:

    $$\hat g = \frac1n \sum_{i=1}^{n} \frac{R(x + c\,u_i) - R(x - c\,u_i)}{2c}\; u_i,\qquad u_i \in \{-1, 1\}^d$$

    With it every guidance by gradients takes a black-box reward, such as the size of a file. On average the estimate is
    right for linear and quadratic rewards; its noise is about $\sqrt{d/n}$ times the gradient for $d$ values, so pictures
    need many **pairs**, or latents, which have fewer values. Each pair costs two evaluations of the reward, made
    together, and only when a gradient is asked for. A larger **distance** looks past steps and rounding.
  `,
  cites: [
    {
      id: "doi:10.1109/9.119632",
      by: "Spall, 1992",
      title: "Multivariate stochastic approximation using a simultaneous perturbation gradient approximation",
    },
  ],
  status: "stable",
  inputs: { black: port.reward("any reward", { label: "Reward" }) },
  params: {
    pairs: param.integer({ default: 8, min: 1, max: 4096, about: "Pairs of points for each gradient." }),
    distance: param.number({
      default: 0.05,
      min: 0.000001,
      max: 10,
      step: 0.01,
      decimals: 4,
      about: "How far the points lie from the sample, in each value.",
    }),
    seed: param.seed({ default: 0, onCard: false, about: "Seed of the directions." }),
  },
  outputs: { reward: port.reward("the same reward, with an estimated gradient") },
  forecast: ({ black }) => (black ? { reward: estimatedTraits(black) } : {}),
  build: ({ black }, { pairs, distance, seed }) => {
    let asked = 0;
    return {
      reward: {
        ...estimatedTraits(black),
        value: async (x, sigma) => {
          const at = (point: Tensor) => (sigma === undefined ? black.value(point) : black.value(point, sigma));
          const first = asked * pairs;
          asked += 1;
          const result = detach(await at(detach(x)));
          return traced("zerothOrder", [x], result, async (g) => {
            const directions = Array.from({ length: pairs }, (_, i) => signs(x, seed, first + i));
            return [mulSample(await estimate(at, detach(x), directions, distance), g)];
          });
        },
      },
    };
  },
});

function estimatedTraits({ on, noiseAware }: RewardTraits): RewardTraits {
  return { on, noiseAware, differentiable: true };
}

/** Mean over directions of the slope along each, times it. */
async function estimate(
  at: Reward["value"],
  x: Tensor,
  directions: readonly Tensor[],
  distance: number,
): Promise<Tensor> {
  const parts = await Promise.all(
    directions.map(async (direction) => {
      const ends = [1, -1].map((side) => at(addScaled(x, direction, side * distance)));
      const [up, down] = await Promise.all(ends);
      return mulSample(direction, scale(sub(up, down), 1 / (2 * distance * directions.length)));
    }),
  );
  return parts.reduce((total, part) => addScaled(total, part, 1), zeros(x.shape, dtypeOf(x)));
}

/** Random signs shaped as x, the same for every sample. */
function signs(x: Tensor, seed: bigint, draw: number): Tensor {
  const batch = x.shape[0];
  const row = philoxNormal(seed, draw, x.data.length / batch).map(Math.sign);
  const data = allocate(dtypeOf(x), x.data.length);
  for (let b = 0; b < batch; b++) data.set(row, b * row.length);
  return { data, shape: x.shape };
}
