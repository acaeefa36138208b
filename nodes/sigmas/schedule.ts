import type { NoiseSchedule } from "../../shared/model.ts";
import { type Citation, defineNode, type NodeProblem } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { Schedule, ScheduleSettings } from "../../shared/sampling/schedules/schedule.ts";
import { withShift } from "../../shared/sampling/schedules/shift.ts";
import { scheduleOf, schedules, type WalkSettings, withStrength } from "../../shared/sampling/schedules.ts";

/** Shown while a schedule is chosen that reads the setting. */
function of(setting: keyof ScheduleSettings) {
  const readers = schedules.filter(({ settings }) => settings.includes(setting));
  return { visibleIf: { param: "schedule", is: readers.map(({ id }) => id) } };
}

const text = doc`
  Spreads a number of steps over the model's noise levels. More steps follow the exact path more closely; where they
  lie decides what the sampler spends its effort on: many at high sigma shape the composition, many at low sigma the detail.

  **Strength** below 1 leaves out the beginning: with $s$, the last **steps** of a schedule of $\lfloor n / s \rfloor$ steps
  run, which is what image to image needs.

  **Shift** belongs to flow models: it moves their times towards noise, $t' = s t / (1 + (s - 1) t)$, which large
  pictures need. Empty takes the model's own; *Shift by resolution* computes it for FLUX.

  **Skip penultimate** leaves out the level before the last, as ComfyUI does for dpm_2, dpm_2_ancestral, uni_pc and
  uni_pc_bh2, whose last step would otherwise be wasted on a level that nobody sees.

  The schedules (in flow models those that shape sigma shape $t$ instead):
`;

const shiftPaper: Citation = {
  id: "arXiv:2403.03206",
  by: "Esser and others, 2024",
  title: "Scaling Rectified Flow Transformers for High-Resolution Image Synthesis",
  where: "eq. 23, the shift",
};

/** Each source once. */
function sources(): Citation[] {
  const all = [...schedules.flatMap(({ cites }) => cites), shiftPaper];
  return [...new Map(all.map((cite) => [cite.id, cite])).values()];
}

export const node = defineNode({
  type: "sigmas/schedule",
  version: 2,
  title: "Schedule",
  summary: "Chooses the noise levels that the sampler walks.",
  keywords: [
    "scheduler",
    "BasicScheduler",
    "steps",
    "denoise",
    "timesteps",
    "ModelSamplingSD3",
    "ModelSamplingAuraFlow",
    "KarrasScheduler",
    "ExponentialScheduler",
    "PolyexponentialScheduler",
    "LaplaceScheduler",
    "VPScheduler",
    "BetaSamplingScheduler",
    "AlignYourStepsScheduler",
    "GITSScheduler",
    "OptimalStepsScheduler",
    "SDTurboScheduler",
    ...schedules.map(({ id }) => id),
  ],
  doc: `${text}\n\n${schedules.map(({ title, doc: about }) => `* **${title}**: ${about}`).join("\n")}`,
  cites: sources(),
  status: "stable",
  inputs: { model: port.model("whose noise levels to use") },
  params: {
    schedule: param.select({
      default: "normal",
      about: "How the steps are spread.",
      options: schedules.map(({ id, title, summary, doc: about, cites }) => ({
        value: id,
        label: title,
        about: summary,
        doc: about,
        cites,
      })),
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
    family: param.select({
      default: "sd1",
      about: "The model whose table to take.",
      ...of("family"),
      options: [
        { value: "sd1", label: "Stable Diffusion 1" },
        { value: "sdxl", label: "Stable Diffusion XL" },
        { value: "svd", label: "Stable Video Diffusion" },
      ],
    }),
    flowFamily: param.select({
      default: "flux",
      about: "The model whose table to take.",
      ...of("flowFamily"),
      label: "Flow family",
      options: [
        { value: "flux", label: "FLUX" },
        { value: "wan", label: "Wan" },
        { value: "chroma", label: "Chroma" },
      ],
    }),
    coefficient: param.number({
      default: 1.2,
      min: 0.8,
      max: 1.5,
      step: 0.05,
      slider: [0.8, 1.5],
      about: "Higher moves steps to low noise; tables go by 0.05.",
      ...of("coefficient"),
    }),
    originalSteps: param.integer({
      default: 50,
      min: 1,
      max: 1000,
      onCard: false,
      label: "Original steps",
      about: "Levels of the distillation, of which some are walked.",
      ...of("originalSteps"),
    }),
    rho: param.number({
      default: null,
      min: 0.01,
      max: 100,
      step: 0.1,
      onCard: false,
      empty: "the schedule's own",
      about: "Higher moves steps to low noise; empty = 7 for karras, 1 for polyexponential.",
      ...of("rho"),
    }),
    alpha: param.number({
      default: 0.6,
      min: 0.01,
      max: 50,
      step: 0.05,
      onCard: false,
      about: "Below 1 crowds steps at the low end.",
      ...of("alpha"),
    }),
    beta: param.number({
      default: 0.6,
      min: 0.01,
      max: 50,
      step: 0.05,
      onCard: false,
      about: "Below 1 crowds steps at the high end.",
      ...of("beta"),
    }),
    mu: param.number({
      default: 0,
      min: -10,
      max: 10,
      onCard: false,
      about: "Where the steps crowd, as ln sigma.",
      ...of("mu"),
    }),
    spread: param.number({
      default: 0.5,
      min: 0.01,
      max: 10,
      step: 0.05,
      onCard: false,
      about: "How wide the crowd is (ComfyUI's beta).",
      ...of("spread"),
    }),
    betaD: param.number({
      default: 19.9,
      min: 0,
      max: 1000,
      onCard: false,
      label: "Beta d",
      about: "How fast noise grows with time.",
      ...of("betaD"),
    }),
    betaMin: param.number({
      default: 0.1,
      min: 0.001,
      max: 1000,
      decimals: 3,
      onCard: false,
      label: "Beta min",
      about: "How fast noise grows at the start.",
      ...of("betaMin"),
    }),
    sigmaMin: param.number({
      default: null,
      min: 0,
      max: 20000,
      decimals: 4,
      onCard: false,
      label: "Sigma min",
      empty: "the model's own",
      about: "Last level before 0.",
      ...of("sigmaMin"),
    }),
    sigmaMax: param.number({
      default: null,
      min: 0,
      max: 20000,
      decimals: 4,
      onCard: false,
      label: "Sigma max",
      empty: "the model's own",
      about: "First level.",
      ...of("sigmaMax"),
    }),
    shift: param.number({
      default: null,
      min: 0.01,
      max: 100,
      step: 0.1,
      onCard: false,
      empty: "the model's own",
      about: "Flow models: above 1 gives more steps to high noise, for large pictures.",
    }),
    skipPenultimate: param.boolean({
      default: false,
      onCard: false,
      label: "Skip penultimate",
      about: "Leaves out the level before the last, as ComfyUI does for dpm_2 and uni_pc.",
    }),
  },
  outputs: { sigmas: port.sigmas("falling noise levels, steps + 1 of them") },
  forecast: ({ model }, params, { problem }) => {
    if (!model) return {};
    const found = misfit(model.schedule, scheduleOf(params.schedule), params.shift);
    if (found) problem(found);
    if (found) return {};
    try {
      return { sigmas: sigmasOf(model.schedule, params) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problem({ severity: "error", message: error.message });
      return {};
    }
  },
  run: ({ model }, params) => ({ sigmas: sigmasOf(model.info.schedule, params) }),
});

interface Params extends WalkSettings {
  readonly schedule: string;
  readonly steps: number;
  readonly strength: number;
  readonly shift: number | null;
}

function sigmasOf(model: NoiseSchedule, params: Params): number[] {
  return withStrength(
    scheduleOf(params.schedule),
    withShift(model, params.shift),
    params.steps,
    params.strength,
    params,
  );
}

/** What does not go together: a schedule for the other kind of model, a shift where there is no flow time. */
function misfit(model: NoiseSchedule, { id, madeFor }: Schedule, shift: number | null): NodeProblem | null {
  const error = (port: string, message: string): NodeProblem => ({ port, severity: "error", message });
  if (madeFor === "discrete" && model.kind === "flow") {
    return error("schedule", `${id} is made for diffusion models, but this is a flow model; choose simple or normal.`);
  }
  if (madeFor === "flow" && model.kind === "discrete") {
    return error("schedule", `${id} is made for flow models, but this is none; choose karras or normal.`);
  }
  if (shift !== null && model.kind === "discrete") {
    return error("shift", "Only flow models have a time to shift, and this is none; leave shift empty.");
  }
  return null;
}
