import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { addScaled, sub } from "../../shared/tensor/index.ts";
import { pairInputs, scaleParam } from "../lib/pair.ts";
import { parallelTo } from "../lib/projection.ts";

export const node = defineNode({
  type: "guidance/perp-neg",
  version: 1,
  title: "Perp-Neg",
  summary: "Leads away from negative prompts without losing what they share with the prompt.",
  keywords: ["perpendicular negative", "negative prompt", "perpneg", "janus problem", "negation"],
  doc: doc`
    A plain negative prompt takes away everything it stands for, also what the prompt asks for: “a cat” without “an
    animal with glasses” loses the animal. This method takes from each negative direction only the part at right
    angles to the prompt's.

    $$p = D_\text{strong} - D_\text{weak}, \qquad n_j = D_{\text{negative},j} - D_\text{weak}, \qquad
    n_j^\perp = n_j - \frac{\langle n_j, p\rangle}{\langle p, p\rangle}\,p$$

    $$\hat D = D_\text{weak} + w\,\Bigl(p - \sum_j b_j\,n_j^\perp\Bigr)$$

    The weak side is the empty prompt. **Negative scale** is one number for all negatives, or a list with one for each in
    the order of the links (what is missing has the last one); a negative value leads *towards* what it stands for, where
    the prompt does not say otherwise.

    **Costs** one evaluation for each prompt, the empty one included; a negative of scale 0 is not asked. **Try**
    negative scales of 1 to 1.5. The result is the same in every space. In a chain it takes the place of ordinary
    guidance.
  `,
  cites: [
    {
      id: "arXiv:2304.04968",
      by: "Armandpour and others, 2023",
      title:
        "Re-imagine the Negative Prompt Algorithm: Transform 2D Diffusion into 3D, alleviate Janus problem and Beyond",
    },
  ],
  status: "stable",
  inputs: {
    ...pairInputs,
    negative: port.denoiser("predictions to lead away from, one for each negative prompt", {
      label: "Negatives",
      many: true,
    }),
  },
  params: {
    scale: scaleParam(7.5, [2, 8]),
    negativeScale: param.numbers({
      default: [1],
      about: "Weight of the negatives: one for all, or one for each in the order of the links; 0 = off.",
    }),
  },
  place: "difference",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, negativeScale }, at, { negative }) => {
    const w = scale(at);
    const weights = weightsOf(negativeScale, negative);
    const isPlain = weights.every((weight) => weight === 0);
    return {
      strong: w === 0 ? 0 : 1,
      weak: w === 1 && isPlain ? 0 : 1,
      negative: { each: weights.map((weight) => (w === 0 || weight === 0 ? 0 : 1)) },
    };
  },
  build: ({ strong, weak, negative }, { scale, negativeScale }) => ({
    denoiser: async (x, sigma, call) => {
      const w = scale(call);
      const weights = weightsOf(negativeScale, negative.length);
      const used = weights.map((weight, j) => ({ weight, negative: negative[j] })).filter(({ weight }) => weight !== 0);
      if (w === 0) return weak(x, sigma, call);
      if (w === 1 && used.length === 0) return strong(x, sigma, call);
      const [s, u, ...others] = await Promise.all(
        [strong, weak, ...used.map((one) => one.negative)].map((one) => one(x, sigma, call)),
      );
      const direction = sub(s, u);
      const sum = others.reduce((total, other, j) => {
        const away = sub(other, u);
        return addScaled(total, sub(away, parallelTo(away, direction)), -used[j].weight);
      }, direction);
      return addScaled(u, sum, w);
    },
  }),
});

/** The weight of each of `count` negatives; the last one given holds for the rest. */
function weightsOf(given: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, j) => given[Math.min(j, given.length - 1)] ?? 1);
}
