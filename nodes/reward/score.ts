import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "reward/score",
  version: 1,
  title: "Score",
  summary: "Measures images with a reward.",
  keywords: ["metric", "evaluate", "measure"],
  doc: doc`Gives one number for each image, higher is better. The command line reports it as the metric \`score\`.`,
  cites: [],
  status: "stable",
  effect: "measures",
  inputs: { reward: port.reward("what to measure with"), image: port.image("what to measure") },
  params: {},
  outputs: { number: port.number("one value for each image") },
  run: async ({ reward, image }, _params, context) => {
    const number = await reward.value(image);
    context.metric("score", number);
    return { number };
  },
});
