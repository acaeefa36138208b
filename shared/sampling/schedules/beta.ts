import { inverseIncompleteBeta } from "./incompleteBeta.ts";
import { roundHalfEven, type Schedule } from "./schedule.ts";

/** Trained levels at quantiles of a beta distribution, as ComfyUI: arXiv:2407.12173 with alpha = beta = 0.6. */
export const beta: Schedule = {
  id: "beta",
  title: "beta",
  summary: "Dense at both ends: more steps for composition and for detail.",
  doc: "Gathers steps at high noise, where the composition is decided, and at low noise, where detail is made, and hurries in between. A good all-round choice for flow models and for 10 to 30 steps. **Alpha** above 0.6 takes steps from the low end, **beta** from the high end. A level that would come twice comes once, so hundreds of steps give fewer than asked.",
  cites: [
    {
      id: "arXiv:2407.12173",
      by: "Lee and others, 2024",
      title:
        "Beta Sampling is All You Need: Efficient Image Generation Strategy for Diffusion Models using Stepwise Spectral Analysis",
    },
  ],
  settings: ["alpha", "beta"],
  sigmas: ({ sigmas }, steps, settings) => {
    const [alpha, beta] = [settings?.alpha ?? 0.6, settings?.beta ?? 0.6];
    const indices = Array.from({ length: steps }, (_, i) =>
      roundHalfEven(inverseIncompleteBeta(1 - i / steps, alpha, beta) * (sigmas.length - 1)),
    );
    return [...Array.from(new Set(indices), (index) => sigmas[index]), 0];
  },
};
