import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { mul } from "../../shared/tensor/index.ts";
import { forecastJoint, jointReward } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/product",
  version: 1,
  title: "Product of rewards",
  summary: "Multiplies rewards, so that each weighs what the others are worth.",
  keywords: ["multiply", "combine", "compose", "and", "gate"],
  doc: doc`
    $$R(x) = \prod_i R_i(x)$$

    Made for rewards of 0 to 1, such as probabilities: one near 0 makes the whole near 0. Two negative rewards multiply to a
    positive one, which asks for less of both; for log-probabilities and other rewards below 0 take the sum.
  `,
  cites: [],
  status: "stable",
  inputs: { rewards: port.reward("what to multiply", { many: true }) },
  params: {},
  outputs: { reward: port.reward("product") },
  forecast: ({ rewards }, _params, { problem }) => forecastJoint(rewards, "rewards", problem),
  build: ({ rewards }) => ({
    reward: jointReward(rewards, (values) => values.reduce((total, value) => mul(total, value))),
  }),
});
