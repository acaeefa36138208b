import type { NoiseSchedule } from "../../model.ts";
import { flowSigma } from "../noiseSchedule.ts";
import { linspace, type Schedule } from "./schedule.ts";

/** Other numbers of steps than the table has, linear in the logarithm between its places; `steps` + 1 values. */
export function logLinear(table: readonly number[], steps: number): number[] {
  if (steps + 1 === table.length) return [...table];
  return linspace(0, table.length - 1, steps + 1).map((place) => {
    const i = Math.min(table.length - 2, Math.floor(place));
    const part = place - i;
    return Math.exp((1 - part) * Math.log(table[i]) + part * Math.log(table[i + 1]));
  });
}

/** The table of a family, or a sentence that it does not exist. */
function tableOf(tables: Readonly<Record<string, readonly number[]>>, family: string): readonly number[] {
  if (Object.hasOwn(tables, family)) return tables[family];
  throw new RangeError(`There is no table “${family}”. It takes ${Object.keys(tables).join(", ")}.`);
}

/** Levels that the authors found by optimisation, in sigma. */
export const stepsOfFamilies = {
  sd1: [
    14.6146412293, 6.4745760956, 3.8636745985, 2.694615152, 1.8841921177, 1.3943805092, 0.9642583904, 0.6523686016,
    0.3977456272, 0.1515232662, 0.0291671582,
  ],
  sdxl: [
    14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945, 0.8620721141, 0.5550693289, 0.3798540708,
    0.2332364134, 0.1114188177, 0.0291671582,
  ],
  svd: [700, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002],
} as const;

/** Tables for each family, resampled, the last level replaced by 0: Align Your Steps (arXiv:2404.14507). */
export const alignYourSteps: Schedule = {
  id: "align_your_steps",
  title: "align_your_steps",
  summary: "Optimised levels for Stable Diffusion 1, XL and Video; best at 10 steps.",
  doc: "Levels that NVIDIA optimised for each model family, so that few steps stay close to a very long run: at 10 steps cleaner limbs and composition than any formula. Choose the table of your model in **family**; above 30 steps it has little advantage.",
  cites: [
    {
      id: "arXiv:2404.14507",
      by: "Sabour and others, 2024",
      title: "Align Your Steps: Optimizing Sampling Schedules in Diffusion Models",
    },
  ],
  settings: ["family"],
  madeFor: "discrete",
  sigmas: (_model: NoiseSchedule, steps, settings) => [
    ...logLinear(tableOf(stepsOfFamilies, settings?.family ?? "sd1"), steps).slice(0, -1),
    0,
  ],
};

/** Optimised flow times. */
export const timesOfFlowFamilies = {
  flux: [0.9968, 0.9886, 0.9819, 0.975, 0.966, 0.9471, 0.9158, 0.8287, 0.5512, 0.2808, 0.001],
  wan: [
    1, 0.997, 0.995, 0.993, 0.991, 0.989, 0.987, 0.985, 0.98, 0.975, 0.973, 0.968, 0.96, 0.946, 0.927, 0.902, 0.864,
    0.776, 0.539, 0.208, 0.001,
  ],
  chroma: [
    0.992, 0.99, 0.988, 0.985, 0.982, 0.978, 0.973, 0.968, 0.961, 0.953, 0.943, 0.931, 0.917, 0.9, 0.881, 0.858, 0.832,
    0.802, 0.769, 0.731, 0.69, 0.646, 0.599, 0.55, 0.501, 0.451, 0.402, 0.355, 0.311, 0.27, 0.232, 0.199, 0.169, 0.143,
    0.12, 0.101, 0.084, 0.07, 0.058, 0.048, 0.001,
  ],
} as const;

/** Tables of flow times for each family, resampled, the last replaced by 0: arXiv:2503.21774. */
export const optimalSteps: Schedule = {
  id: "optimal_steps",
  title: "optimal_steps",
  summary: "Optimised flow times for FLUX, Wan and Chroma.",
  doc: "Flow times found by dynamic programming, so that few steps stay close to a long run. Most are near pure noise, where these models lay out the scene. Choose your model in **flow family**; 10 steps for FLUX, 20 for Wan, 40 for Chroma are as published.",
  cites: [{ id: "arXiv:2503.21774", by: "Pei and others, 2025", title: "Optimal Stepsize for Diffusion Sampling" }],
  settings: ["flowFamily"],
  madeFor: "flow",
  sigmas: (_model: NoiseSchedule, steps, settings) => [
    ...logLinear(tableOf(timesOfFlowFamilies, settings?.flowFamily ?? "flux"), steps)
      .slice(0, -1)
      .map(flowSigma),
    0,
  ],
};
