import { fourSlopes } from "./ipndm.ts";
import type { Sampler } from "./sampler.ts";
import { oneCallAStep } from "./steps.ts";

/**
 * Weights of the last slopes, newest first, from the last step widths h (this step's first). Order 2 is Adams–Bashforth on
 * uneven steps; the corrections of order 3 and 4 are those of the published solver (diff-sampler, ComfyUI), whose third
 * order term is exact for even steps only.
 */
function unevenWeights(h: readonly number[]): number[] {
  const [h0, h1, h2, h3] = h;
  if (h.length === 1) return [1];
  const weights = [(2 + h0 / h1) / 2, -(h0 / h1) / 2];
  if (h.length === 2) return weights;
  const third = (1 - ((h0 / (3 * (h0 + h1))) * (h0 * (h0 + h1))) / (h1 * (h1 + h2))) / 2;
  const r = h1 / h2;
  const three = [weights[0] + third, weights[1] - (1 + r) * third, r * third];
  if (h.length === 3) return three;
  const inner = (1 - h0 / (3 * (h0 + h1))) / 2 + ((1 - h0 / (2 * (h0 + h1))) * h0) / (6 * (h0 + h1 + h2));
  const fourth = (inner * (h0 * (h0 + h1) * (h0 + h1 + h2))) / (h1 * (h1 + h2) * (h1 + h2 + h3));
  const q = (h1 * (h1 + h2)) / (h2 * (h2 + h3));
  return [
    three[0] + fourth,
    three[1] - (1 + r + q) * fourth,
    three[2] + (r + q * (1 + h2 / h3)) * fourth,
    -fourth * q * r,
  ];
}

/** Improved PNDM with weights of uneven steps, order 4: Zhang and Chen, 2022 (arXiv:2204.13902). One evaluation a step. */
export const ipndmV: Sampler = {
  id: "ipndm_v",
  title: "iPNDM variable",
  summary: "Fourth order multistep with weights that follow uneven steps.",
  doc: "iPNDM with weights that follow the widths of the last steps, for karras and other uneven schedules. One evaluation a step; sharp at 8 to 15 steps. The history starts anew in a second sampler that goes on.",
  cites: [
    {
      id: "arXiv:2204.13902",
      by: "Zhang and Chen, 2022",
      title: "Fast Sampling of Diffusion Models with Exponential Integrator",
    },
  ],
  // The first step is Euler's, whose error bounds the whole walk.
  order: 2,
  isStochastic: false,
  defaultEta: null,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  calls: oneCallAStep,
  sample: fourSlopes((slopes, sigmas, step) =>
    unevenWeights(Array.from({ length: slopes }, (_, j) => sigmas[step + 1 - j] - sigmas[step - j])),
  ),
};
