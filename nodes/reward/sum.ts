import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, scale } from "../../shared/tensor/index.ts";
import { forecastJoint, jointReward } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/sum",
  version: 1,
  title: "Sum of rewards",
  summary: "Adds rewards up, each with a weight.",
  keywords: ["weighted", "combine", "compose", "and", "scale", "negative"],
  doc: doc`
    $$R(x) = \sum_i w_i\, R_i(x)$$

    Log-probabilities that are added up ask for all of them at once. A negative weight asks for the opposite. Rewards come
    in very different sizes: look at their scores first, and choose weights that bring them together.
  `,
  cites: [],
  status: "stable",
  inputs: { rewards: port.reward("what to add up", { many: true }) },
  params: { weights: param.numbers({ default: [], about: "Weight of each reward; those without one have 1." }) },
  outputs: { reward: port.reward("weighted sum") },
  forecast: ({ rewards }, { weights }, { problem }) => {
    if (weights.length > rewards.length && rewards.length > 0) {
      const message = `There are ${weights.length} weights for ${rewards.length} rewards. The last ones count for nothing.`;
      problem({ port: "weights", severity: "warning", message });
    }
    return forecastJoint(rewards, "rewards", problem);
  },
  build: ({ rewards }, { weights }) => ({
    reward: jointReward(rewards, (values) =>
      values.map((value, i) => scale(value, weights[i] ?? 1)).reduce((total, part) => add(total, part)),
    ),
  }),
});
