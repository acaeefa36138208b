import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { type Bed, bedInfo, bedModel } from "../../shared/testbed/bed.ts";
import { treeMixture } from "../../shared/testbed/tree.ts";
import { blurParam, planeBed } from "../lib/bed.ts";

export const node = defineNode({
  type: "model/tree",
  version: 1,
  title: "Tree",
  summary: "Makes a model in closed form: two branching classes of fine detail.",
  keywords: ["test bed", "toy", "closed form", "2d", "points", "autoguidance", "outliers", "fractal"],
  doc: doc`
    Two classes, \`a\` and \`b\`, each a tree of thin Gaussians that grows from a common root. Branches get finer with every
    level, as detail in pictures does, so that points off the branches (outliers) are seen at once.

    A second tree with **blur** 0.05 to 0.1 is a worse model of the same data. Guidance away from it (autoguidance) pulls
    points onto the branches without losing any; guidance away from the whole mixture loses branches.
  `,
  cites: [
    {
      id: "arXiv:2406.02507",
      by: "Karras and others, 2024",
      title: "Guiding a Diffusion Model with a Bad Version of Itself",
    },
  ],
  status: "stable",
  inputs: {},
  params: {
    levels: param.integer({
      default: 7,
      min: 1,
      max: 8,
      about: "Generations of branches; each makes an evaluation twice as long.",
    }),
    seed: param.seed({ default: 0, about: "Seed of the tree's irregularities." }),
    blur: blurParam,
  },
  outputs: { model: port.model("exact denoiser, labels and schedule") },
  forecast: (_inputs, params) => ({ model: bedInfo(bedOf(params)) }),
  build: (_inputs, params, context) => ({ model: bedModel(bedOf(params), () => context.evaluated()) }),
});

function bedOf({ levels, seed, blur }: { levels: number; seed: bigint; blur: number }): Bed {
  return planeBed("Tree", treeMixture({ levels, seed }), blur);
}
