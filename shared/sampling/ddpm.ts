import { ancestralCalls, ancestralWalk } from "./ancestral.ts";
import type { Sampler } from "./sampler.ts";

/** DDPM's posterior (arXiv:2006.11239, eq. 6 and 7): an ancestral step with eta 1. One evaluation a step. */
export const ddpm: Sampler = {
  id: "ddpm",
  title: "DDPM",
  summary: "The original stochastic walk; wants many steps.",
  doc: "The original stochastic walk. One evaluation a step; it wants hundreds of steps to come out clean. For reference and for models that were judged with it.",
  cites: [
    {
      id: "arXiv:2006.11239",
      by: "Ho and others, 2020",
      title: "Denoising Diffusion Probabilistic Models",
      where: "eq. 6 and 7",
    },
  ],
  order: 1,
  isStochastic: true,
  defaultEta: 1,
  usesChurn: false,
  start: "unit",
  flowFrame: "flow",
  calls: ancestralCalls,
  sample: ancestralWalk,
};
