import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, exp, log, scale, smaller, sub } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { forecastJoint, jointReward } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/minimum",
  version: 1,
  title: "Least of rewards",
  summary: "Takes the lowest of several rewards, so that the worst one is worked on.",
  keywords: ["min", "combine", "compose", "worst", "and", "fair"],
  doc: doc`
    $$R(x) = \min_i R_i(x) \qquad\text{or}\qquad R(x) = -\tau \log \sum_i e^{-R_i(x) / \tau}$$

    No reward can be bought with another: each sample is moved for the one that it does worst in. At a **softness** $\tau$
    above 0 those close to the worst count too, and the gradient no longer jumps from one to another; the value is up to
    $\tau \log n$ below the least. The rewards must be of one scale: weigh them with a sum of one reward first.
  `,
  cites: [],
  status: "stable",
  inputs: { rewards: port.reward("of which the lowest counts", { many: true }) },
  params: {
    softness: param.number({
      default: 0,
      min: 0,
      max: 100,
      step: 0.01,
      decimals: 3,
      about: "How far above the worst one still counts; 0 = the worst alone.",
    }),
  },
  outputs: { reward: port.reward("the lowest of them") },
  forecast: ({ rewards }, _params, { problem }) => forecastJoint(rewards, "rewards", problem),
  build: ({ rewards }, { softness }) => ({
    reward: jointReward(rewards, (values) => {
      const least = values.reduce((low, value) => smaller(low, value));
      return softness === 0 ? least : softLeast(values, least, softness);
    }),
  }),
});

/** Measured from the least one, so that no power overflows; the least one cancels in value and slope. */
function softLeast(values: readonly Tensor[], least: Tensor, softness: number): Tensor {
  const powers = values.map((value) => exp(scale(sub(least, value), 1 / softness)));
  return sub(least, scale(log(powers.reduce((total, part) => add(total, part))), softness));
}
