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
  forecast: ({ context, pooled }, _params, { problem }) => {
    const sides = context?.shape;
    for (const [name, known, rank] of [
      ["context", sides, 3],
      ["pooled", pooled?.shape, 2],
    ] as const) {
      const message = known && refuseRank(known, name, rank);
      if (message) problem({ port: name, severity: "error", message });
    }
    return { conditioning: sides?.length === 3 ? { width: sides[2] } : undefined };
  },
  run: ({ context, pooled }, params) => {
    const extra: Record<string, Tensor> = {
      ...(params.guidance === null ? {} : { guidance: rowOf([params.guidance], [1]) }),
      ...sizesToExtra(params),
    };
    return {
      conditioning: {
        context: floats(context, "context", 3),
        ...(pooled ? { pooled: floats(pooled, "pooled", 2) } : {}),
        extra,
      },
    };
  },
});

const rowOf = (values: readonly number[], shape: readonly number[]): Tensor => ({
  data: Float32Array.from(values),
  shape,
});

function floats(tensor: AnyTensor, name: "context" | "pooled", rank: number): Tensor {
  if (isFloatTensor(tensor) && tensor.shape.length === rank) return tensor;
  throw new Error(refuseRank(tensor.shape, name, rank) ?? `${name} holds whole numbers. Give numbers with fractions.`);
}

/** A sentence why a tensor of a shape is no such embedding, or null. */
function refuseRank(shape: readonly number[], name: "context" | "pooled", rank: number): string | null {
  if (shape.length === rank) return null;
  const title = name === "context" ? "Context" : "Pooled";
  return `${title} is ${formatShape(shape)}, but numbers ${rank === 3 ? "[B, T, F]" : "[B, P]"} are needed.`;
}
