import type { CallInfo, Curve } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { flowSigma } from "../../shared/sampling/noiseSchedule.ts";
import { refuseLevels } from "../../shared/sampling/schedules/levels.ts";

export const node = defineNode({
  type: "sigmas/from-curve",
  version: 1,
  title: "Sigmas from a curve",
  summary: "Reads the noise levels of a walk from a drawn curve.",
  keywords: ["draw", "custom schedule", "manual sigmas", "graph", "spline"],
  doc: doc`
    A schedule drawn by hand: the curve runs over the fraction of the walk, from 0 at the start to 1 at the end, and is
    read at **steps** + 1 places. It must fall (or rise, for an inversion). Where it is flat, steps are small and the
    sampler works most.

    **Unit** says what is drawn: sigma, its natural logarithm, in which small levels can be drawn too, or flow time. With
    **end at zero** the last level is 0, whatever the curve says there.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    curve: param.curve({
      default: {
        over: "fraction",
        interpolation: "monotone",
        points: [
          [0, 14.6],
          [0.25, 4],
          [0.5, 1.4],
          [0.75, 0.5],
          [1, 0],
        ],
      },
      min: -20,
      max: 2 ** 24,
      about: "Noise level over the fraction of the walk.",
    }),
    steps: param.integer({ default: 20, min: 1, max: 10000, slider: [1, 100], about: "Steps of the walk." }),
    unit: param.select({
      default: "sigma",
      about: "What the curve gives.",
      options: [
        { value: "sigma", label: "Sigma", about: "noise levels as in k-diffusion, 0 and more" },
        { value: "ln", label: "Log sigma", about: "their natural logarithm" },
        { value: "t", label: "Flow time t", about: "0 to 1; sigma = t / (1 − t)" },
      ],
    }),
    endAtZero: param.boolean({
      default: true,
      onCard: false,
      label: "End at zero",
      about: "The last level is 0.",
    }),
  },
  outputs: { sigmas: port.sigmas("the levels") },
  forecast: (_inputs, params, { problem }) => {
    const sigmas = read(params);
    const message = refuseCurve(params) ?? refuseLevels(sigmas);
    if (!message) return { sigmas };
    problem({ port: "curve", severity: "error", message });
    return {};
  },
  run: (_inputs, params) => ({ sigmas: read(params) }),
});

interface Params {
  readonly curve: Curve;
  readonly steps: number;
  readonly unit: "sigma" | "ln" | "t";
  readonly endAtZero: boolean;
}

/** The curve's values, first to last. There is no walk yet, so its sigma is 1 everywhere: only the place moves. */
function values({ curve, steps }: Params): number[] {
  return Array.from({ length: steps + 1 }, (_, step) => {
    const at: CallInfo = { step, steps: steps + 1, sigma: 1, next: 1, sigmas: [], stage: 0, switches: {} };
    return curve(at);
  });
}

function read(params: Params): number[] {
  const toSigma = { sigma: (value: number) => value, ln: Math.exp, t: flowSigma }[params.unit];
  const levels = values(params).map(toSigma);
  return params.endAtZero ? [...levels.slice(0, -1), 0] : levels;
}

/** What only the curve's own unit can tell: times beyond 1, a curve over something else than the fraction. */
function refuseCurve(params: Params): string | null {
  const all = values(params);
  if (params.unit === "t" && all.some((value) => value > 1))
    return "Flow times go from 0 to 1, but the curve goes above 1.";
  if (params.steps > 1 && all.every((value) => value === all[0]))
    return "The curve gives one level everywhere; draw it falling, over the fraction of the walk.";
  return null;
}
