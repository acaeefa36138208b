import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { takeRows } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

export const node = defineNode({
  type: "reward/best",
  version: 1,
  title: "Best of batch",
  summary: "Keeps the images that a reward likes best.",
  keywords: ["best of n", "select", "rank", "filter", "cherry-pick"],
  doc: doc`
    Scores every image of a batch and passes on the best ones, best first, with their scores. Making several images and
    keeping one is the simplest way to raise a reward: with $n$ tries the chosen one is at the $n/(n+1)$ quantile on average.
  `,
  cites: [
    {
      id: "arXiv:2501.09732",
      by: "Ma and others, 2025",
      title: "Inference-Time Scaling for Diffusion Models beyond Scaling Denoising Steps",
    },
  ],
  status: "stable",
  inputs: { reward: port.reward("what to judge by"), image: port.image("a batch to choose from") },
  params: { count: param.integer({ default: 1, min: 1, max: 4096, about: "Images to keep." }) },
  outputs: { image: port.image("the best images, best first"), number: port.number("their scores") },
  forecast: ({ image }, { count }) =>
    image ? { image: { shape: [Math.min(count, image.shape[0]), ...image.shape.slice(1)] } } : {},
  run: async ({ reward, image }, { count }, context) => {
    const scores = await reward.value(image);
    const rows = bestRows(scores, count);
    const best = takeRows(image, rows);
    await context.show(best);
    return { image: best, number: takeRows(scores, rows) };
  },
});

/** Rows of the highest scores, best first; equal ones in their order. */
function bestRows(scores: Tensor, count: number): number[] {
  const order = Array.from({ length: scores.shape[0] }, (_, row) => row);
  return order.sort((a, b) => scores.data[b] - scores.data[a]).slice(0, count);
}
