import { linspace, type Schedule } from "./schedule.ts";

/** Even times of the continuous variance-preserving process (arXiv:2011.13456), k-diffusion's numbers. */
export const vp: Schedule = {
  id: "vp",
  title: "vp",
  summary: "Even times of the continuous variance-preserving process.",
  doc: "The spacing of the score-based models from before latent diffusion: it starts far above Stable Diffusion's levels (sigma 152) and falls fast. Choose it to repeat such pictures; **beta d** and **beta min** set how fast noise grows.",
  cites: [
    {
      id: "arXiv:2011.13456",
      by: "Song and others, 2020",
      title: "Score-Based Generative Modeling through Stochastic Differential Equations",
    },
  ],
  settings: ["betaD", "betaMin"],
  madeFor: "discrete",
  sigmas: (_model, steps, settings) => {
    const [betaD, betaMin] = [settings?.betaD ?? 19.9, settings?.betaMin ?? 0.1];
    const times = linspace(1, 1e-3, steps);
    return [...times.map((t) => Math.sqrt(Math.expm1((betaD * t ** 2) / 2 + betaMin * t))), 0];
  },
};
