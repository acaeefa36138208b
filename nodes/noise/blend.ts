import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { arcBlend, rootBlend, slerp } from "../../shared/random/blend.ts";
import { derivedSource } from "../../shared/random/derivedSource.ts";
import { sharedShape } from "../lib/noiseShape.ts";

export const node = defineNode({
  type: "noise/blend",
  version: 1,
  title: "Blend noise",
  summary: "Mixes two noises, so that a picture moves from one seed to another.",
  keywords: ["slerp", "variation seed", "interpolate", "seed travel"],
  doc: doc`
    At amount 0 the picture of the first noise, at 1 that of the second, between them pictures on the way: small amounts
    give variations of one picture (A1111's variation strength). The result is unit noise at any amount.

    **slerp** goes along the arc between the two first noises $a$ and $b$, for each image by its own angle $\theta$:

    $$\frac{\sin((1 - t)\,\theta)}{\sin \theta}\,a + \frac{\sin(t\,\theta)}{\sin \theta}\,b$$

    Later draws take $\cos(\pi t / 2)$ and $\sin(\pi t / 2)$, the weights of independent noises. **sum** takes
    $\sqrt{1 - t}$ and $\sqrt t$ everywhere, so that $t$ is the share of the variance. Give the two different seeds: two
    equal noises are not independent, and their sum is too strong.
  `,
  cites: [
    {
      id: "doi:10.1145/325165.325242",
      by: "Shoemake, 1985",
      title: "Animating Rotation with Quaternion Curves",
    },
  ],
  status: "stable",
  inputs: { a: port.noise("noise at amount 0"), b: port.noise("noise at amount 1") },
  params: {
    amount: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      slider: [0, 1],
      step: 0.01,
      about: "0 = the first noise, 1 = the second.",
    }),
    mode: param.select({
      default: "slerp",
      about: "Weights of the two.",
      options: [
        { value: "slerp", about: "Along the arc between them." },
        { value: "sum", about: "The amount is the second's share of the variance." },
      ],
    }),
  },
  outputs: { noise: port.noise("unit noise between the two") },
  forecast: ({ a, b }, _params, { problem }) => ({ noise: sharedShape(a, b, "b", problem) }),
  build: ({ a, b }, { amount, mode }) => {
    const isArc = mode === "slerp";
    const later = isArc ? arcBlend : rootBlend;
    return {
      noise: derivedSource(
        [a, b],
        ([x, y]) => later(x, y, amount),
        isArc ? ([x, y]) => slerp(x, y, amount) : undefined,
      ),
    };
  },
});
