import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "reward/score",
  version: 1,
  title: "Score",
  summary: "Measures images or latents with a reward.",
  keywords: ["metric", "evaluate", "measure"],
  doc: doc`
    Gives one number for each sample, higher is better. The command line reports it as the metric \`score\`. A reward of
    latents takes clean latents here.
  `,
  cites: [],
  status: "stable",
  effect: "measures",
  inputs: {
    reward: port.reward("what to measure with"),
    image: port.image("what to measure", { accepts: ["latent"] }),
  },
  params: {},
  outputs: { number: port.number("one value for each sample") },
  run: async ({ reward, image }, _params, context) => {
    const number = await reward.value(image);
    context.metric("score", number);
    return { number };
  },
});
