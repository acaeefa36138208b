import type { NoiseSchedule } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { scheduleOf, schedules, withStrength } from "../../shared/sampling/schedules.ts";

export const node = defineNode({
  type: "sigmas/schedule",
  version: 1,
  title: "Schedule",
  summary: "Chooses the noise levels that the sampler walks.",
  keywords: ["scheduler", "karras", "steps", "denoise", "strength", "timesteps"],
  doc: doc`
    Spreads a number of steps over the model's noise levels. More steps follow the exact path more closely; where they
    lie decides what the sampler spends its effort on: many at high sigma shape the composition, many at low sigma the detail.

    **Strength** below 1 leaves out the beginning: with $s$, the last **steps** of a schedule of $\lfloor n / s \rfloor$ steps
    run, which is what image to image needs.
  `,
  cites: [
    {
      id: "arXiv:2206.00364",
      by: "Karras and others, 2022",
      title: "Elucidating the Design Space of Diffusion-Based Generative Models",
      where: "eq. 5",
    },
  ],
  status: "stable",
  inputs: { model: port.model("whose noise levels to use") },
  params: {
    schedule: param.select({
      default: "normal",
      about: "How the steps are spread.",
      options: schedules.map(({ id, title, summary }) => ({ value: id, label: title, about: summary })),
    }),
    steps: param.integer({
      default: 20,
      min: 0,
      max: 10000,
      slider: [1, 100],
      safe: [15, 50],
      about: "Steps that run.",
    }),
    strength: param.number({
      default: 1,
      min: 0,
      max: 1,
      step: 0.01,
      slider: [0, 1],
      onCard: false,
      about: "1 = from pure noise; less keeps more of the latent.",
    }),
  },
  outputs: { sigmas: port.sigmas("falling noise levels, steps + 1 of them") },
  forecast: ({ model }, params) => (model ? { sigmas: sigmasOf(model.schedule, params) } : {}),
  run: ({ model }, params) => ({ sigmas: sigmasOf(model.info.schedule, params) }),
});

function sigmasOf(schedule: NoiseSchedule, params: { schedule: string; steps: number; strength: number }): number[] {
  return withStrength(scheduleOf(params.schedule), schedule, params.steps, params.strength);
}
