import type { MergeWeights } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { foundModel } from "../lib/foundModel.ts";

const share = { default: 0.5, min: -2, max: 3, step: 0.05, slider: [0, 1], safe: [0, 1] } as const;

export const node = defineNode({
  type: "model/merge",
  version: 1,
  title: "Merge models",
  summary: "Mixes the weights of two checkpoints of one architecture, or adds the difference of two.",
  keywords: ["modelmergesimple", "modelmergeblocks", "modelmergeadd", "modelmergesubtract", "merge", "soup", "average"],
  doc: doc`
    Every weight becomes a sum: with two models, or with a third as **base**,

    $$W = A + w\,(B - A) \qquad W = A + w\,(B - C)$$

    The second form gives a model what another has learnt beyond its base: an inpainting model a style, say. **Weight** 0
    is the first model. Composition is made in the middle, what things look like further out: the parts of the network may
    have weights of their own. Of transformers these are thirds of their blocks.

    The sums are computed once, when the network is opened, and are held in float32; parts of weight 0 stay in their file.
    VAE, T5 and settings are the first model's. Fine-tunes of one base merge well, models of different bases do not.
  `,
  cites: [
    {
      id: "arXiv:2203.05482",
      by: "Wortsman and others, 2022",
      title:
        "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time",
    },
    {
      id: "arXiv:2212.04089",
      by: "Ilharco and others, 2022",
      title: "Editing Models with Task Arithmetic",
    },
  ],
  status: "stable",
  inputs: {
    model: port.model("first checkpoint, A"),
    other: port.model("second checkpoint, B", { label: "Other" }),
    base: port.model("checkpoint whose difference to B is added, C", { label: "Base", optional: true }),
  },
  params: {
    weight: param.number({ ...share, about: "Share of the second model; 0 = only the first." }),
    blocks: param.numbers({
      default: [],
      onCard: false,
      label: "Weights by part",
      about: "Weights of input, middle and output blocks; empty = one for all.",
    }),
    textWeight: param.number({
      ...share,
      default: 0,
      onCard: false,
      label: "Text weight",
      about: "Share of the second model's CLIP encoders.",
    }),
  },
  outputs: { model: port.model("the mixture") },
  forecast: ({ model, other, base }, params, { facts, problem }) => {
    const { blocks } = params;
    if (blocks.length !== 0 && blocks.length !== 3) {
      const message = `There are ${blocks.length} weights by part. Give three, for input, middle and output blocks, or none.`;
      problem({ port: "blocks", severity: "error", message });
    }
    if (!model || !other) return { model };
    const merging = { other, base: base ?? null, weights: weightsOf(params) };
    return { model: foundModel(facts.merged(model, merging), "other", problem) };
  },
  build: ({ model, other, base }, params, context) => ({
    model: context.merge(model, { other, base: base ?? null, weights: weightsOf(params) }),
  }),
});

interface Shares {
  readonly weight: number;
  readonly blocks: readonly number[];
  readonly textWeight: number;
}

function weightsOf({ weight, blocks, textWeight }: Shares): MergeWeights {
  const [input, middle, output] = blocks.length === 3 ? blocks : [weight, weight, weight];
  return { input, middle, output, text: textWeight };
}
