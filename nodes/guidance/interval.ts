import type { CallInfo } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "guidance/interval",
  version: 1,
  title: "Guidance interval",
  summary: "Uses one denoiser within an interval of noise levels and another outside it.",
  keywords: ["limited interval", "kynkaanniemi", "sigma range", "window", "start at", "end at"],
  doc: doc`
    Guidance at high noise narrows the variety of compositions, and at low noise it changes next to nothing. Guided
    inside and plain outside, pictures stay varied, and the steps outside cost one evaluation instead of two.

    $$\hat D = \begin{cases} D_\text{inside} & \sigma_\text{low} < \sigma \le \sigma_\text{high} \\
    D_\text{outside} & \text{otherwise}\end{cases}$$

    $\sigma$ is the level of each evaluation: of Heun's two, one can be inside and one outside. Where an end is a level of
    the walk, a step that leads there is on one side as a whole. **Snap** moves both ends to the nearest levels of the
    walk, as the paper's program does. Any two denoisers will do: the guided one inside and the strong one outside is the
    paper's method; two prompts make a prompt that changes on the way.

    **Costs** what the chosen side costs. **Try** 0.28 to 5.42 with high scales (about 15) for large latent models; the
    paper has 0.19 to 1.61 for a class-conditional one. A low upper end loses closeness to the prompt. For flow models
    the level is $\sigma = t / (1 - t)$. In a chain it wraps the guidance and stands before rescaling and thresholds.
  `,
  cites: [
    {
      id: "arXiv:2404.07724",
      by: "Kynkäänniemi and others, 2024",
      title: "Applying Guidance in a Limited Interval Improves Sample and Distribution Quality in Diffusion Models",
    },
  ],
  status: "stable",
  inputs: {
    inside: port.denoiser("prediction within the interval: the guided one"),
    outside: port.denoiser("prediction elsewhere: usually the strong one"),
  },
  params: {
    sigmaLow: param.number({
      default: 0.28,
      slider: [0, 5],
      min: 0,
      step: 0.01,
      about: "Lower end of the interval, which does not belong to it.",
    }),
    sigmaHigh: param.number({
      default: 5.42,
      slider: [0, 20],
      min: 0,
      step: 0.01,
      about: "Upper end of the interval, which belongs to it.",
    }),
    snap: param.boolean({
      default: false,
      onCard: false,
      about: "On: both ends move to the nearest levels of the walk, so that a step is on one side as a whole.",
    }),
  },
  place: "window",
  outputs: { denoiser: port.denoiser("prediction of the side that the level is on") },
  evaluations: (interval, at) => {
    const side = isInside(interval, at.level, at);
    return { inside: side ? 1 : 0, outside: side ? 0 : 1 };
  },
  forecast: (_inputs, { sigmaLow, sigmaHigh }, context) => {
    if (sigmaLow >= sigmaHigh)
      context.problem({
        port: "sigmaHigh",
        severity: "warning",
        message: "The interval is empty. Set its upper end above its lower end.",
      });
    return {};
  },
  build: ({ inside, outside }, interval) => ({
    denoiser: (x, sigma, call) => (isInside(interval, sigma, call) ? inside : outside)(x, sigma, call),
  }),
});

interface Interval {
  readonly sigmaLow: number;
  readonly sigmaHigh: number;
  readonly snap: boolean;
}

/** Levels this close, relatively, are one: a walk in flow time comes back to a sigma with rounding errors. */
const rounding = 1e-9;

/** Whether an evaluation at `level` is inside. The end of a step that reaches an end of the interval belongs to the step. */
function isInside({ sigmaLow, sigmaHigh, snap }: Interval, level: number, { stage, sigmas }: CallInfo): boolean {
  const edge = stage === 0 ? 1 + rounding : 1 - rounding;
  const end = (sigma: number) => edge * (snap ? nearest(sigmas, sigma) : sigma);
  return end(sigmaLow) < level && level <= end(sigmaHigh);
}

/** The level of a walk that a sigma is nearest to in ratio; 0 is near to nothing but itself. */
function nearest(sigmas: readonly number[], sigma: number): number {
  const apart = (level: number) => (level === sigma ? 0 : Math.abs(Math.log(level / sigma)));
  return sigma === 0 ? 0 : sigmas.reduce((best, level) => (apart(level) < apart(best) ? level : best));
}
