import { ancestralCalls, ancestralWalk } from "./ancestral.ts";
import type { Sampler } from "./sampler.ts";

/** Euler steps with fresh noise after each, as k-diffusion's sample_euler_ancestral. One evaluation a step. */
export const eulerAncestral: Sampler = {
  id: "euler_ancestral",
  title: "Euler ancestral",
  summary: "Euler with fresh noise after each step; more variety, never settles.",
  doc: "Fresh noise after every step keeps adding detail, so the picture stays soft and varied and changes with the number of steps. One evaluation a step. Good for variety at 20 to 30 steps; noise from a Brownian path keeps pictures of different step counts alike.",
  cites: [
    {
      id: "arXiv:2010.02502",
      by: "Song and others, 2020",
      title: "Denoising Diffusion Implicit Models",
      where: "eq. 12 and 16, eta 1",
    },
  ],
  order: 1,
  isStochastic: true,
  defaultEta: 1,
  usesChurn: false,
  start: "sigma",
  flowFrame: "flow",
  calls: ancestralCalls,
  sample: ancestralWalk,
};
