import { axisValue } from "../../shared/curves/axis.ts";
import type { CallInfo } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "denoiser/range",
  version: 1,
  title: "Range",
  summary: "Uses one denoiser for a part of the walk and another for the rest.",
  keywords: ["timestep range", "steps", "start at", "end at", "prompt scheduling", "switch", "conditioning range"],
  doc: doc`
    One prompt for the composition and another for the details; a network for high noise and another for low; guidance
    for some steps only. The **range** is told in one of three ways:

    * **Part of the walk**: from \`start\` to \`end\`, where 0 is the first step and 1 the last. A step at \`end\` is outside,
      so that two ranges that meet leave nothing out and share nothing; only \`end\` 1 includes the last step.
    * **Steps**: from the first to the last one, both inside, counted from 1.
    * **Noise levels**: above \`sigmaLow\`, up to \`sigmaHigh\` (included); levels at which steps start.

    Each step costs what its side costs. Chain several to change the prompt several times.
  `,
  cites: [],
  status: "stable",
  inputs: {
    inside: port.denoiser("prediction within the range"),
    outside: port.denoiser("prediction for the rest"),
  },
  params: {
    by: param.select({
      default: "fraction",
      about: "How the range is told.",
      options: [
        { value: "fraction", label: "Part of the walk" },
        { value: "step", label: "Steps" },
        { value: "sigma", label: "Noise levels" },
      ],
    }),
    start: fraction(0, "Where the range begins; 0 = the first step."),
    end: fraction(0.5, "Where it ends; 1 = with the last step."),
    firstStep: step(1, "First step inside, counted from 1."),
    lastStep: step(10, "Last step inside."),
    sigmaLow: sigma(0, "The range lies above this level."),
    sigmaHigh: sigma(1, "Highest level of the range."),
  },
  outputs: { denoiser: port.denoiser("prediction of the side that the step is on") },
  evaluations: (range, at) => {
    const side = isInside(range, at);
    return { inside: side ? 1 : 0, outside: side ? 0 : 1 };
  },
  forecast: (_inputs, range, { problem }) => {
    const [port, isEmpty] = emptiness(range);
    if (isEmpty) problem({ port, severity: "warning", message: "The range is empty. Set its end beyond its start." });
    return {};
  },
  build: ({ inside, outside }, range) => ({
    denoiser: (x, level, call) => (isInside(range, call) ? inside : outside)(x, level, call),
  }),
});

function fraction(value: number, about: string) {
  const visibleIf = { param: "by", is: ["fraction"] };
  return param.number({ default: value, min: 0, max: 1, step: 0.05, slider: [0, 1], about, visibleIf });
}

function step(value: number, about: string) {
  return param.integer({ default: value, min: 1, about, visibleIf: { param: "by", is: ["step"] } });
}

function sigma(value: number, about: string) {
  return param.number({ default: value, min: 0, step: 0.01, about, visibleIf: { param: "by", is: ["sigma"] } });
}

interface Range {
  readonly by: "fraction" | "step" | "sigma";
  readonly start: number;
  readonly end: number;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly sigmaLow: number;
  readonly sigmaHigh: number;
}

function isInside(range: Range, at: CallInfo): boolean {
  if (range.by === "step") return at.step + 1 >= range.firstStep && at.step + 1 <= range.lastStep;
  if (range.by === "sigma") return at.sigma > range.sigmaLow && at.sigma <= range.sigmaHigh;
  const part = axisValue("fraction", at);
  return part >= range.start && (part < range.end || range.end === 1);
}

function emptiness(range: Range): [string, boolean] {
  if (range.by === "step") return ["lastStep", range.lastStep < range.firstStep];
  if (range.by === "sigma") return ["sigmaHigh", range.sigmaHigh <= range.sigmaLow];
  return ["end", range.end <= range.start && !(range.end === 1 && range.start === 1)];
}
