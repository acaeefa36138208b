import { range, type Schedule } from "./schedule.ts";

/** Keeps the logarithm finite at both ends, as k-diffusion does. */
const epsilon = 1e-5;

/**
 * Quantiles of a Laplace distribution of ln sigma: arXiv:2407.03297. ComfyUI's numbers, to which the final 0 is added
 * (its own list ends at the smallest level and has one step less).
 */
export const laplace: Schedule = {
  id: "laplace",
  title: "laplace",
  summary: "Steps crowd around one noise level, sigma 1 unless set.",
  doc: "Puts most steps around one level, where signal and noise are equally strong and objects take shape; the way there and from there is short. **Mu** moves that level (ln sigma), **spread** widens the crowd. Choose it for strong prompts with clear objects; fine texture gets few steps.",
  cites: [
    { id: "arXiv:2407.03297", by: "Hang and others, 2024", title: "Improved Noise Schedule for Diffusion Training" },
  ],
  settings: ["mu", "spread", "sigmaMin", "sigmaMax"],
  sigmas: (model, steps, settings) => {
    // Of sigma in flow models too: the distribution is one of ln sigma.
    const { low, high } = range({ ...model, kind: "discrete" }, settings);
    const [mu, spread] = [settings?.mu ?? 0, settings?.spread ?? 0.5];
    const levels = Array.from({ length: steps }, (_, i) => {
      const away = steps === 1 ? 0.5 : 0.5 - i / (steps - 1);
      const level = Math.exp(mu - spread * Math.sign(away) * Math.log(1 - 2 * Math.abs(away) + epsilon));
      return Math.min(high, Math.max(low, level));
    });
    // Cut off at the ends, several may be equal: each is walked once.
    return [...new Set(levels), 0];
  },
};
