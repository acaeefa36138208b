import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, addScaled, scale, sub } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { bandsOf, joinBands, type Split } from "../lib/bands.ts";
import { pairInputs } from "../lib/pair.ts";
import { parallelTo } from "../lib/projection.ts";

export const node = defineNode({
  type: "guidance/frequency-decoupled",
  version: 1,
  title: "Frequency-decoupled guidance",
  summary: "Guides coarse forms and fine detail with scales of their own.",
  keywords: ["fdg", "laplacian pyramid", "low frequency", "high frequency", "detail", "diversity"],
  doc: doc`
    Guidance of low frequencies sets colours and composition: too much of it saturates and makes all pictures alike.
    Guidance of high frequencies sharpens detail and forgives high scales. This method splits both predictions into bands
    and gives each band a scale, from $w_\text{high}$ for the finest to $w_\text{low}$ for the coarsest:

    $$B_i = B_{\text{strong},i} + (w_i - 1)\,(B_{\text{strong},i} - B_{\text{weak},i})$$

    Bands come from a Laplacian pyramid, as in the paper, or from the cosine transform, whose bands are at right angles;
    with more than two levels the scales between are spaced evenly. **Parallel weight** below 1 holds back, in each
    band, what is parallel to the strong prediction, as projected guidance does.

    Equal scales are ordinary guidance. **Costs** two evaluations, one where all scales are 1. **Try** 5 and 10 for large
    latent models, 3 and 7 for smaller ones; 1 for the coarse forms suits class-conditional models, but with texts it
    loses the prompt. It works on the picture (x0). In a chain it takes the place of ordinary guidance.
  `,
  cites: [
    {
      id: "arXiv:2506.19713",
      by: "Sadat and others, 2025",
      title: "Guidance in the Frequency Domain Enables High-Fidelity Sampling at Low CFG Scales",
    },
  ],
  status: "stable",
  inputs: pairInputs,
  params: {
    scaleLow: param.curve({
      default: 5,
      slider: [0, 20],
      safe: [2, 6],
      min: -100,
      max: 1000,
      about: "Scale of the coarsest band; 1 = off.",
    }),
    scaleHigh: param.curve({
      default: 10,
      slider: [0, 30],
      safe: [4, 12],
      min: -100,
      max: 1000,
      about: "Scale of the finest band; 1 = off.",
    }),
    levels: param.integer({ default: 2, min: 2, max: 4, about: "Number of bands.", onCard: false }),
    parallelWeight: param.curve({
      default: 1,
      slider: [0, 1],
      min: 0,
      max: 1,
      step: 0.05,
      about: "Share of the guidance parallel to the strong prediction that is kept; 1 = all of it.",
      onCard: false,
    }),
    split: param.select({
      default: "laplacian",
      about: "How pictures are split into bands.",
      onCard: false,
      options: [
        { value: "laplacian", label: "Laplacian pyramid", about: "Local and soft, as in the paper." },
        { value: "cosine", label: "Cosine transform", about: "Sharp bands at right angles." },
      ],
    }),
  },
  place: "difference",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scaleLow, scaleHigh, parallelWeight }, at) => {
    const isAll = (scale: number) => scaleLow(at) === scale && scaleHigh(at) === scale;
    return { strong: isAll(0) && parallelWeight(at) === 1 ? 0 : 1, weak: isAll(1) ? 0 : 1 };
  },
  build: ({ strong, weak }, { scaleLow, scaleHigh, levels, parallelWeight, split }) => ({
    denoiser: async (x, sigma, call) => {
      const [low, high, parallel] = [scaleLow(call), scaleHigh(call), parallelWeight(call)];
      if (low === 1 && high === 1) return strong(x, sigma, call);
      if (low === 0 && high === 0 && parallel === 1) return weak(x, sigma, call);
      const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
      const scales = Array.from({ length: levels }, (_, i) => high + ((low - high) * i) / (levels - 1));
      return add(s, guidanceOf(s, u, { scales, parallel, split }));
    },
  }),
});

interface Settings {
  /** Of each band, the finest first. */
  readonly scales: readonly number[];
  readonly parallel: number;
  readonly split: Split;
}

function guidanceOf(strong: Tensor, weak: Tensor, { scales, parallel, split }: Settings): Tensor {
  const differences = bandsOf(sub(strong, weak), scales.length, split);
  const own = parallel === 1 ? [] : bandsOf(strong, scales.length, split);
  const kept = differences.map((band, i) =>
    parallel === 1 ? band : addScaled(band, parallelTo(band, own[i]), parallel - 1),
  );
  return joinBands(
    kept.map((band, i) => scale(band, scales[i] - 1)),
    split,
  );
}
