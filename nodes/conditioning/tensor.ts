import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { type AnyTensor, formatShape, isFloatTensor, type Tensor } from "../../shared/tensor/tensor.ts";
import { sizeParams, sizesToExtra } from "../lib/pictureSize.ts";

export const node = defineNode({
  type: "conditioning/tensor",
  version: 1,
  title: "Conditioning from tensors",
  summary: "Conditions the network on embeddings that come from files.",
  keywords: ["npy", "embedding", "context", "pooled", "guidance", "time ids", "size"],
  doc: doc`
    Takes what text encoders give from tensors instead: the **context** [B, T, F] that the network attends to, and the
    **pooled** embedding [B, P] of models that want one. So a network can be checked against another program without its
    tokenizer.

    **Guidance** is the strength that FLUX.1 dev is told (empty = 3.5). The sizes are SDXL's.
  `,
  cites: [
    {
      id: "arXiv:2307.01952",
      by: "Podell and others, 2023",
      title: "SDXL: Improving Latent Diffusion Models for High-Resolution Image Synthesis",
    },
  ],
  status: "stable",
  inputs: {
    model: port.model("network that it is for"),
    context: port.tensor("embeddings [B, T, F]"),
    pooled: port.tensor("pooled embeddings [B, P]", { optional: true }),
  },
  params: {
    guidance: param.number({
      default: null,
      min: 0,
      max: 100,
      empty: "3.5",
      about: "Guidance strength of distilled models.",
    }),
    ...sizeParams,
  },
  outputs: { conditioning: port.conditioning("the embeddings") },
  run: ({ context, pooled }, params) => {
    const extra: Record<string, Tensor> = {
      ...(params.guidance === null ? {} : { guidance: rowOf([params.guidance], [1]) }),
      ...sizesToExtra(params),
    };
    return {
      conditioning: {
        context: floats(context, "Context", 3),
        ...(pooled ? { pooled: floats(pooled, "Pooled", 2) } : {}),
        extra,
      },
    };
  },
});

const rowOf = (values: readonly number[], shape: readonly number[]): Tensor => ({
  data: Float32Array.from(values),
  shape,
});

function floats(tensor: AnyTensor, name: string, rank: number): Tensor {
  if (isFloatTensor(tensor) && tensor.shape.length === rank) return tensor;
  const wanted = rank === 3 ? "[B, T, F]" : "[B, P]";
  throw new Error(`${name} is ${formatShape(tensor.shape)}, but numbers ${wanted} are needed.`);
}
