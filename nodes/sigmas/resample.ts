import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { resampled } from "../../shared/sampling/schedules/resample.ts";

export const node = defineNode({
  type: "sigmas/resample",
  version: 1,
  title: "Resample sigmas",
  summary: "Gives a walk another number of steps and keeps its shape.",
  keywords: ["interpolate", "loglinear", "log-linear", "steps", "stretch"],
  doc: doc`
    Reads a walk at evenly spaced places: a published list of eleven levels, say, becomes a walk of 25 steps. Both ends
    stay. Between two levels it is straight in log sigma, sigma or flow time; the last stretch to 0 is always straight
    in sigma unless it is flow time.
  `,
  cites: [],
  status: "stable",
  inputs: { sigmas: port.sigmas("levels whose shape to keep") },
  params: {
    steps: param.integer({ default: 20, min: 1, max: 10000, slider: [1, 100], about: "Steps of the new walk." }),
    between: param.select({
      default: "log",
      about: "What is straight between two levels.",
      options: [
        { value: "log", label: "Log sigma", about: "for diffusion models, as Align Your Steps does" },
        { value: "sigma", label: "Sigma" },
        { value: "t", label: "Flow time", about: "for flow models" },
      ],
    }),
  },
  outputs: { sigmas: port.sigmas("the new levels") },
  forecast: ({ sigmas }, { steps, between }) => (sigmas ? { sigmas: resampled(sigmas, steps, between) } : {}),
  run: ({ sigmas }, { steps, between }) => ({ sigmas: resampled(sigmas, steps, between) }),
});
