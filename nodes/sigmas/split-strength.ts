import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { roundHalfEven } from "../../shared/sampling/schedules/schedule.ts";

export const node = defineNode({
  type: "sigmas/split-strength",
  version: 1,
  title: "Split sigmas by strength",
  summary: "Cuts a walk so that a share of its steps is in the second part.",
  keywords: ["SplitSigmasDenoise", "denoise", "image to image", "two samplers"],
  doc: doc`
    Cuts where **strength** of the steps remain, rounded to a whole step: 0.3 leaves the last three of ten to the low
    part. The level at the cut belongs to both. Unlike strength in *Schedule* it keeps the number of steps in total.
  `,
  cites: [],
  status: "stable",
  inputs: { sigmas: port.sigmas("levels to cut") },
  params: {
    strength: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      step: 0.01,
      slider: [0, 1],
      about: "Share of the steps in the low part.",
    }),
  },
  outputs: { high: port.sigmas("up to the cut"), low: port.sigmas("from the cut on") },
  forecast: ({ sigmas }, { strength }) => (sigmas ? splitBy(sigmas, strength) : {}),
  run: ({ sigmas }, { strength }) => splitBy(sigmas, strength),
});

function splitBy(sigmas: readonly number[], strength: number) {
  const steps = Math.max(0, sigmas.length - 1);
  const cut = steps - roundHalfEven(steps * strength);
  return { high: sigmas.slice(0, cut + 1), low: sigmas.slice(cut) };
}
