import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { dot } from "../../shared/tensor/index.ts";
import { latentVector } from "../lib/latentVector.ts";
import { onceForShape } from "../lib/mask.ts";
import { onLatents } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/linear",
  version: 1,
  title: "Linear reward",
  summary: "Scores latents by how far they lie along a direction.",
  keywords: ["test bed", "direction", "tilt", "dot product", "steer"],
  doc: doc`
    $$R(x_0) = a \cdot x_0$$

    Its gradient is $a$ everywhere. Tilting a test bed by $e^{\beta R}$ moves every Gaussian of deviation $s$ by
    $\beta s^2 a$ and changes the weights, so what guidance should do is known in closed form. On a real model $a$ may be a
    difference of two latents.
  `,
  cites: [],
  status: "stable",
  inputs: {
    direction: port.tensor("direction as a tensor, instead of the numbers", { optional: true, accepts: ["latent"] }),
  },
  params: {
    vector: param.numbers({
      default: [1, 0],
      label: "Numbers",
      about: "The direction: as many numbers as a sample has, or one for all.",
    }),
  },
  outputs: { reward: port.reward("position along the direction") },
  forecast: () => ({ reward: onLatents }),
  build: ({ direction }, { vector }) => {
    const along = onceForShape((like) => latentVector(direction ?? vector, like));
    return { reward: { ...onLatents, value: async (x) => dot(x, along(x)) } };
  },
});
