import { linspace, type Range, range, type Schedule } from "./schedule.ts";

/** Levels that are even in a coordinate of their own, the ends exactly; then 0. */
function even(
  { low, high, toSigma }: Range,
  steps: number,
  warp: (level: number) => number,
  unwarp: (place: number) => number,
): number[] {
  const places = linspace(warp(high), warp(low), steps);
  const levels = places.map((place, i) => {
    if (i === 0) return high;
    return i === steps - 1 ? low : unwarp(place);
  });
  return [...levels.map(toSigma), 0];
}

/** Even steps in sigma^(1/rho): arXiv:2206.00364, eq. 5. In flow models, of the flow time. */
export const karras: Schedule = {
  id: "karras",
  title: "karras",
  summary: "Many steps at low noise, where detail is made.",
  doc: "Spends most steps at low noise: crisp detail and texture, and a quick decision about the composition. The usual choice for second-order samplers (heun, dpmpp_2m) on models that predict noise. A higher **rho** moves still more steps to the end.",
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
      where: "eq. 5",
    },
  ],
  settings: ["rho", "sigmaMin", "sigmaMax"],
  sigmas: (model, steps, settings) => {
    const rho = settings?.rho ?? 7;
    return even(
      range(model, settings),
      steps,
      (level) => level ** (1 / rho),
      (root) => root ** rho,
    );
  },
};

const kDiffusion = { id: "https://github.com/crowsonkb/k-diffusion", by: "Crowson, 2022", title: "k-diffusion" };

/** Even steps in log sigma. In flow models, of the flow time. */
export const exponential: Schedule = {
  id: "exponential",
  title: "exponential",
  summary: "Even steps in log sigma; even more at low noise.",
  doc: "Divides the noise level by the same factor at every step, so more than half of the steps polish fine texture. Smooth, clean pictures with ancestral and SDE samplers; with few steps the composition suffers, as the first ones are large.",
  cites: [kDiffusion],
  settings: ["sigmaMin", "sigmaMax"],
  sigmas: (model, steps, settings) => even(range(model, settings), steps, Math.log, Math.exp),
};

/** Log sigma falls as a power of the place, k-diffusion's polyexponential. Exponent 1 is `exponential`. */
export const polyexponential: Schedule = {
  id: "polyexponential",
  title: "polyexponential",
  summary: "Log sigma falls as a power; rho decides where the steps lie.",
  doc: "As exponential at **rho** 1. Above 1 it hurries through high noise and lingers over detail; below 1 it gives the composition more steps. Choose it to set the balance of exponential by hand.",
  cites: [kDiffusion],
  settings: ["rho", "sigmaMin", "sigmaMax"],
  sigmas: (model, steps, settings) => {
    const levels = range(model, settings);
    const rho = settings?.rho ?? 1;
    const [top, bottom] = [Math.log(levels.high), Math.log(levels.low)];
    return even(
      levels,
      steps,
      (level) => ((Math.log(level) - bottom) / (top - bottom)) ** (1 / rho),
      (place) => Math.exp(bottom + place ** rho * (top - bottom)),
    );
  },
};

/** Even steps in arctan sigma: Align Your Steps (arXiv:2404.14507), the closed form for a Gaussian (ComfyUI's kl_optimal). */
export const klOptimal: Schedule = {
  id: "kl_optimal",
  title: "kl_optimal",
  summary: "Even steps in arctan sigma, optimal for Gaussian data.",
  doc: "The best spacing if pictures were one Gaussian cloud: steps gather around sigma 1, where objects take form. Few steps at very high and very low noise. Good in the range of 10 to 20 steps, where karras loses composition.",
  cites: [
    {
      id: "arXiv:2404.14507",
      by: "Sabour and others, 2024",
      title: "Align Your Steps: Optimizing Sampling Schedules in Diffusion Models",
    },
  ],
  settings: ["sigmaMin", "sigmaMax"],
  sigmas: (model, steps, settings) => even(range(model, settings), steps, Math.atan, Math.tan),
};
