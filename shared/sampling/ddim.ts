import { ancestralCalls, ancestralWalk } from "./ancestral.ts";
import type { Sampler } from "./sampler.ts";

/**
 * DDIM (arXiv:2010.02502), eq. 12 with the variance of eq. 16. With x divided by √ᾱ its step is an ancestral step of
 * the same eta. One evaluation a step.
 */
export const ddim: Sampler = {
  id: "ddim",
  title: "DDIM",
  summary: "The classic deterministic walk; eta adds noise, 1 is DDPM-like.",
  doc: "The classic deterministic walk: the same as Euler in these coordinates, started at unit variance as diffusers does. One evaluation a step. **Eta** adds noise; at 1 it is DDPM.",
  cites: [
    {
      id: "arXiv:2010.02502",
      by: "Song and others, 2020",
      title: "Denoising Diffusion Implicit Models",
      where: "eq. 12 and 16",
    },
  ],
  order: 1,
  isStochastic: true,
  defaultEta: 0,
  usesChurn: false,
  start: "unit",
  flowFrame: "flow",
  calls: ancestralCalls,
  sample: ancestralWalk,
};
