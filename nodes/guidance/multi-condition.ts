import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { askedAt, restOf, weightedSum } from "../lib/weighted.ts";

export const node = defineNode({
  type: "guidance/multi-condition",
  version: 1,
  title: "Several conditions",
  summary: "Guides towards several conditions at once, each with its own weight.",
  keywords: ["composable", "and", "conjunction", "instructpix2pix", "instructg2i", "multiple guidance", "negation"],
  doc: doc`
    Each condition pulls by itself, so a picture can hold things that one prompt would blend: “a castle” AND “fog”.
    A negative weight leads away from a condition.

    $$\hat D = D_\text{weak} + w \sum_k w_k\,(D_k - R_k)$$

    **From** chooses what a condition is compared with, $R_k$:

    * \`weak\`: every condition with the empty prompt (composable diffusion). One condition is ordinary guidance.
    * \`previous\`: the first with the weak side, each further one with the one before it. For conditions that build on
      each other: (text), (text and image), as InstructPix2Pix does.
    * \`first\`: the first with the weak side, every further one with the first. For one prompt with several further
      sources, as InstructG2I combines a text with several graph neighbours.

    **Weights** are given in the order of the links; what is missing counts 1.

    **Costs** one evaluation for each condition and one for the weak side, all in one call of the network; a condition
    whose weights cancel is not asked. **Try** weights that sum to about 1 and a scale as for ordinary guidance.
    In a chain it takes the place of ordinary guidance.
  `,
  cites: [
    {
      id: "arXiv:2206.01714",
      by: "Liu and others, 2022",
      title: "Compositional Visual Generation with Composable Diffusion Models",
    },
    {
      id: "arXiv:2211.09800",
      by: "Brooks and others, 2022",
      title: "InstructPix2Pix: Learning to Follow Image Editing Instructions",
    },
    {
      id: "arXiv:2410.07157",
      by: "Jin and others, 2024",
      title: "InstructG2I: Synthesizing Images from Multimodal Attributed Graphs",
    },
  ],
  status: "stable",
  inputs: {
    strong: port.denoiser("predictions to follow, one for each condition", { label: "Conditions", many: true }),
    weak: port.denoiser("prediction to leave"),
  },
  params: {
    scale: param.curve({
      default: 4,
      slider: [0, 16],
      safe: [2, 8],
      min: -100,
      max: 1000,
      about: "Weight of all conditions together; 0 = the weak side alone.",
    }),
    weights: param.numbers({
      default: [],
      about: "Weight of each condition, in the order of the links; 1 if missing.",
    }),
    from: param.select({
      default: "weak",
      about: "What a condition is compared with.",
      options: [
        { value: "weak", label: "the weak side" },
        { value: "previous", label: "the condition before it" },
        { value: "first", label: "the first condition" },
      ],
    }),
  },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, weights, from }, at, edges) => {
    const shares = sharesOf(weights, from, edges.strong, scale(at));
    return { strong: { each: shares.map(askedAt) }, weak: askedAt(restOf(shares)) };
  },
  build: ({ strong, weak }, { scale, weights, from }) => ({
    denoiser: (x, sigma, call) => {
      const shares = sharesOf(weights, from, strong.length, scale(call));
      const parts = shares.map((share, k) => [strong[k], share] as const);
      return weightedSum([[weak, restOf(shares)], ...parts], x, sigma, call);
    },
  }),
});

type From = "weak" | "previous" | "first";

/** What each condition's prediction counts in the sum; the weak side has the rest. */
function sharesOf(weights: readonly number[], from: From, count: number, scale: number): number[] {
  const pull = Array.from({ length: count }, (_, k) => weights[k] ?? 1);
  const others = pull.slice(1).reduce((sum, weight) => sum + weight, 0);
  const shares: Record<From, (k: number) => number> = {
    weak: (k) => pull[k],
    previous: (k) => pull[k] - (pull[k + 1] ?? 0),
    first: (k) => (k === 0 ? pull[0] - others : pull[k]),
  };
  return pull.map((_, k) => scale * shares[from](k));
}
