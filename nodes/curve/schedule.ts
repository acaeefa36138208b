import { progressOf } from "../../shared/curves/progress.ts";
import { type ScheduleOptions, scheduleShapes, scheduleWeight } from "../../shared/curves/schedules.ts";
import type { Curve } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "curve/schedule",
  version: 1,
  title: "Guidance schedule",
  summary: "Makes one of the published schedules of the guidance weight.",
  keywords: ["preset", "cfg schedule", "linear", "cosine", "power cosine", "clamp-linear", "v-shape", "lambda-shape"],
  doc: doc`
    Replaces a constant scale $w$ by a function of progress $\tau$, 0 at the first step and 1 at the last:

    $$w(\tau) = 1 + (w - 1)\,g(\tau) \quad\text{or, literally,}\quad w(\tau) = w\,g(\tau)$$

    Rising shapes (linear, cosine) guide little while the composition forms and much while details do: more variety at
    the same closeness to the prompt. Falling shapes are there for comparison; they usually do worse. All shapes but
    power cosine have mean 1, so a schedule spends as much guidance as its constant. The literal reading starts without
    the prompt where $g$ is 0; a **floor** mends that (clamp-linear, clamp-cosine). Power cosine rises to $w$ itself.

    Steps whose weight is exactly 1 cost one evaluation instead of two.
  `,
  cites: [
    {
      id: "arXiv:2404.13040",
      by: "Wang and others, 2024",
      title: "Analysis of Classifier-Free Guidance Weight Schedulers",
    },
  ],
  status: "stable",
  inputs: {},
  params: {
    shape: param.select({
      default: "linear",
      about: "How the weight changes over the walk.",
      options: scheduleShapes.map(({ id, label, about }) => ({ value: id, label, about })),
    }),
    scale: param.number({
      default: 4,
      min: -100,
      max: 1000,
      slider: [0, 16],
      safe: [2, 8],
      about: "The constant weight that the schedule stands for.",
    }),
    power: param.number({
      default: 1,
      min: 0.01,
      max: 8,
      step: 0.05,
      about: "Below 1 it rises early, above 1 late.",
      visibleIf: { param: "shape", is: ["power-cosine"] },
    }),
    reading: param.select({
      default: "above-one",
      about: "What the shape multiplies.",
      onCard: false,
      options: [
        {
          value: "above-one",
          label: "Above 1",
          about: "The part of the weight above 1: never weaker than the prompt alone.",
        },
        { value: "literal", label: "Literal", about: "All of the weight." },
      ],
    }),
    floor: param.number({
      default: null,
      min: 0,
      max: 1000,
      empty: "no floor",
      about: "No weight lies below it.",
      onCard: false,
    }),
    domain: param.select({
      default: "step",
      about: "What progress is measured by.",
      onCard: false,
      options: [
        { value: "step", label: "Steps", about: "Every step counts the same." },
        { value: "log-sigma", label: "Log sigma", about: "How far the logarithm of the noise level has come." },
        { value: "sigma", label: "Sigma", about: "How far the noise level has come." },
      ],
    }),
  },
  outputs: { curve: port.curve("the weight at each step") },
  forecast: (_inputs, params) => ({ curve: curveFrom(params) }),
  build: (_inputs, params) => ({ curve: curveFrom(params) }),
});

type Settings = ScheduleOptions & { readonly domain: Parameters<typeof progressOf>[0] };

function curveFrom({ domain, ...options }: Settings): Curve {
  return (at) => scheduleWeight(options, progressOf(domain, at));
}
