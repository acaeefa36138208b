import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import {
  add,
  addScaled,
  affine,
  blurPlanes,
  channelNorm,
  clamp,
  div,
  dot,
  mulMap,
  mulSample,
  shift,
  sub,
  sum,
} from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { fitMask } from "../lib/mask.ts";

export const node = defineNode({
  type: "guidance/spatial",
  version: 1,
  title: "Spatial guidance (S-CFG)",
  summary: "Guides every region of the picture as strongly as the background.",
  keywords: ["s-cfg", "semantic-aware", "regions", "masks", "local guidance scale"],
  doc: doc`
    One scale for the whole picture pushes some objects hard and others hardly at all. This measures how long the guidance
    is in each region and evens it out: a region that is pushed less than the background gets more.

    $$\hat D = D_\text{weak} + w\,q\,(D_\text{strong} - D_\text{weak}), \qquad
    q = \sum_i m_i\,\frac{E_\text{background}}{E_i} + m_\text{rest}$$

    $E_i$ is the mean length of the difference over region $i$. $q$ is kept between **lowest** and **highest** and below
    **cap** $/ w$, then blurred a little. **Regions** are masks; where none covers a place, $q$ is 1. The **background**
    is a mask of its own or what no region covers (the whole picture if nothing is left).

    The paper takes its regions from the attention of the network, one for each word; here masks are given. The result
    does not depend on the prediction space. A region of equal strength everywhere is ordinary guidance.

    The factors are reported in every step, \`region.1\` and on.

    **Costs** two evaluations. **Try** the scale of ordinary guidance. In a chain it is a way to weigh the difference,
    after branches and before output steps such as rescale.
  `,
  cites: [
    {
      id: "arXiv:2404.05384",
      by: "Shen and others, 2024",
      title: "Rethinking the Spatial Inconsistency in Classifier-Free Diffusion Guidance",
    },
  ],
  status: "stable",
  inputs: {
    strong: port.denoiser("prediction to follow"),
    weak: port.denoiser("prediction to leave"),
    regions: port.mask("regions to even out", { many: true }),
    background: port.mask("region that sets the strength", { optional: true }),
  },
  params: {
    scale: param.curve({
      default: 7.5,
      slider: [0, 16],
      safe: [2, 10],
      min: -100,
      max: 1000,
      about: "Weight of the difference in the background; 1 = off.",
    }),
    lowest: param.number({ default: 0.8, min: 0, max: 1, step: 0.05, about: "Least factor on the scale." }),
    highest: param.number({ default: 3, min: 1, max: 100, about: "Greatest factor on the scale." }),
    cap: param.number({
      default: 15,
      min: 0,
      max: 1000,
      onCard: false,
      about: "Greatest product of factor and scale.",
    }),
    blur: param.number({
      default: 0.5,
      min: 0,
      max: 10,
      step: 0.05,
      onCard: false,
      unit: "cells",
      about: "Spread of the blur over the factors, three cells wide; 0 = none.",
    }),
  },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale }, at) => ({ strong: scale(at) === 0 ? 0 : 1, weak: scale(at) === 1 ? 0 : 1 }),
  build: ({ strong, weak, regions, background }, { scale, ...limits }, context) => ({
    denoiser: async (x, sigma, call) => {
      const w = scale(call);
      if (w === 1) return strong(x, sigma, call);
      if (w === 0) return weak(x, sigma, call);
      const [s, u] = await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]);
      const difference = sub(s, u);
      const strengths = strengthsOf(difference, regions, background);
      if (call.stage === 0) {
        for (const [i, factor] of strengths.factors.entries())
          context.metric(`region.${i + 1}`, factor, { step: call.step, sigma });
      }
      return addScaled(u, mulMap(difference, limited(mapOf(strengths), w, limits)), w);
    },
  }),
});

/** Lengths below this are nothing. */
const tiny = 1e-8;

interface Strengths {
  readonly maps: readonly Tensor[];
  /** Strength of the background over that of each region, [B]. */
  readonly factors: readonly Tensor[];
}

/** How strongly a difference [B, C, h, w] pushes each region. */
function strengthsOf(difference: Tensor, regions: readonly Tensor[], background: Tensor | undefined): Strengths {
  const lengths = channelNorm(difference);
  const maps = regions.map((mask) => fitMask(mask, difference));
  const ground = background ? fitMask(background, difference) : restOf(maps);
  const whole = affine(ground, 0, 1);
  const strength = meanIn(lengths, sum(ground).data.some((area) => area === 0) ? whole : ground);
  return { maps, factors: maps.map((map) => div(strength, shift(meanIn(lengths, map), tiny))) };
}

/** q for each place, [B, 1, h, w]: where regions overlap, their mean; where none is, 1. */
function mapOf({ maps, factors }: Strengths): Tensor {
  const overlap = clamp(coverOf(maps), 1, Number.POSITIVE_INFINITY);
  return maps.reduce((total, map, i) => add(total, mulSample(div(map, overlap), factors[i])), restOf(maps));
}

function coverOf(maps: readonly Tensor[]): Tensor {
  return maps.reduce((total, map) => add(total, map));
}

/** What no region covers. */
function restOf(maps: readonly Tensor[]): Tensor {
  return affine(clamp(coverOf(maps), 0, 1), -1, 1);
}

/** Mean of a map over a region for each sample, [B]; 0 for a region without places. */
function meanIn(map: Tensor, region: Tensor): Tensor {
  return div(dot(map, region), shift(sum(region), tiny ** 2));
}

interface Limits {
  readonly lowest: number;
  readonly highest: number;
  readonly cap: number;
  readonly blur: number;
}

function limited(factors: Tensor, scale: number, { lowest, highest, cap, blur }: Limits): Tensor {
  const cut = clamp(factors, lowest, Math.min(highest, cap / Math.abs(scale)));
  return blur === 0 ? cut : blurPlanes(cut, narrowGaussian(blur));
}

/** Three cells of a Gaussian, adding up to 1. */
function narrowGaussian(spread: number): readonly number[] {
  const side = Math.exp(-1 / (2 * spread ** 2));
  const total = 1 + 2 * side;
  return [side / total, 1 / total, side / total];
}
