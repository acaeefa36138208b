import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { scale, square, sub, sum } from "../../shared/tensor/index.ts";
import { latentVector } from "../lib/latentVector.ts";
import { onceForShape } from "../lib/mask.ts";
import { onLatents } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/quadratic",
  version: 1,
  title: "Quadratic reward",
  summary: "Scores latents by how near they are to a point.",
  keywords: ["test bed", "distance", "target", "attract", "l2"],
  doc: doc`
    $$R(x_0) = -\tfrac12 \lVert x_0 - y\rVert^2$$

    The tilted distribution $p(x_0)\,e^{\kappa R(x_0)}$ of a test bed is a mixture again: a Gaussian of deviation $s$
    around $\mu$ becomes one around $(\mu + \kappa s^2 y)/(1 + \kappa s^2)$ with the variance $s^2/(1 + \kappa s^2)$. On a
    real model it pulls towards a latent.
  `,
  cites: [],
  status: "stable",
  inputs: {
    target: port.tensor("the point as a tensor, instead of the numbers", { optional: true, accepts: ["latent"] }),
  },
  params: {
    point: param.numbers({
      default: [0],
      label: "Numbers",
      about: "The point: as many numbers as a sample has, or one for all.",
    }),
  },
  outputs: { reward: port.reward("0 at the point, less elsewhere") },
  forecast: () => ({ reward: onLatents }),
  build: ({ target }, { point }) => {
    const goal = onceForShape((like) => latentVector(target ?? point, like));
    return { reward: { ...onLatents, value: async (x) => scale(sum(square(sub(x, goal(x)))), -0.5) } };
  },
});
