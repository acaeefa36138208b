import type { NoiseSchedule } from "../../model.ts";
import { checkSteps, type Schedule } from "./schedule.ts";

/** Levels that SD-Turbo was distilled at, spread evenly over the trained timesteps. */
const turboLevels = 10;

function turboFrom({ sigmas }: NoiseSchedule, start: number, steps: number): number[] {
  checkSteps(sigmas.length, steps);
  const count = Math.max(turboLevels, steps);
  const walked = Math.min(steps, count - start);
  const levels = Array.from(
    { length: walked },
    (_, i) => sigmas[Math.round(((count - start - i) * sigmas.length) / count) - 1],
  );
  return walked > 0 ? [...levels, 0] : [];
}

/** The first of ten evenly spaced trained levels, from the top: ComfyUI's for SD-Turbo. Strength leaves out first ones. */
export const turbo: Schedule = {
  id: "turbo",
  title: "turbo",
  summary: "The first of ten even levels: 1 to 4 steps for SD-Turbo and SDXL-Turbo.",
  doc: "Turbo models were distilled at even levels; this walks the highest of ten and jumps from the last to 0. One step gives a picture, up to four sharpen it; more than ten divide the range anew. At a strength below 1 it starts at a lower one of the ten, and fewer steps run where fewer are left.",
  cites: [{ id: "arXiv:2311.17042", by: "Sauer and others, 2023", title: "Adversarial Diffusion Distillation" }],
  settings: [],
  madeFor: "discrete",
  sigmas: (model, steps) => turboFrom(model, 0, steps),
  partial: (model, steps, strength) => {
    // Of as many levels as at strength 1.
    const count = Math.max(turboLevels, steps);
    return turboFrom(model, count - Math.floor(count * strength), steps);
  },
};

/** Spread over `kept` of `count` evenly spaced trained levels, the highest first; then 0. */
function lcmFrom({ sigmas }: NoiseSchedule, count: number, kept: number, steps: number): number[] {
  const stride = Math.floor(sigmas.length / count);
  return [...Array.from({ length: steps }, (_, i) => sigmas[(kept - Math.floor((i * kept) / steps)) * stride - 1]), 0];
}

function lcmLevels(model: NoiseSchedule, steps: number, originalSteps = 50): number {
  checkSteps(model.sigmas.length, steps);
  return Math.min(model.sigmas.length, Math.max(originalSteps, steps));
}

/** Even picks of the 50 levels at which consistency models are distilled, as diffusers' LCM scheduler. */
export const lcmSchedule: Schedule = {
  id: "lcm",
  title: "lcm",
  summary: "Even picks of the 50 levels that LCM was distilled at; 2 to 8 steps.",
  doc: "Consistency models know how to jump to the picture only from the levels of their distillation; this takes a few of those, the highest first. Use it with the lcm sampler and an LCM model or adapter. At a strength below 1 it picks from the lower levels only.",
  cites: [
    {
      id: "arXiv:2310.04378",
      by: "Luo and others, 2023",
      title: "Latent Consistency Models: Synthesizing High-Resolution Images with Few-Step Inference",
    },
  ],
  settings: ["originalSteps"],
  madeFor: "discrete",
  sigmas: (model, steps, settings) => {
    const count = lcmLevels(model, steps, settings?.originalSteps);
    return lcmFrom(model, count, count, steps);
  },
  partial: (model, steps, strength, settings) => {
    const count = lcmLevels(model, steps, settings?.originalSteps);
    const kept = Math.floor(count * strength);
    if (kept >= steps) return lcmFrom(model, count, kept, steps);
    throw new RangeError(`Strength ${strength} leaves ${kept} of ${count} levels for ${steps} steps. Raise it.`);
  },
};
