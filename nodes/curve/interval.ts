import type { Curve } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "curve/interval",
  version: 1,
  title: "Interval",
  summary: "Gives one curve at some noise levels and another at the rest.",
  keywords: ["limited interval", "range", "window", "switch", "between sigmas"],
  doc: doc`
    One value between two noise levels, another elsewhere:

    $$h(\sigma) = \begin{cases} \text{inside} & \sigma_\text{low} < \sigma \le \sigma_\text{high} \\ \text{outside} & \text{else} \end{cases}$$

    On the scale of a guidance node, with 1 outside, this is guidance in a limited interval: less guidance at the highest
    noise keeps variety, and the lowest noise does not need it, so those steps cost one evaluation. The level is that at
    which a step starts, so all evaluations of a step agree.
  `,
  cites: [
    {
      id: "arXiv:2404.07724",
      by: "Kynkäänniemi and others, 2024",
      title: "Applying Guidance in a Limited Interval Improves Sample and Distribution Quality in Diffusion Models",
    },
  ],
  status: "stable",
  inputs: {},
  params: {
    inside: param.curve({ default: 4, about: "Value inside the interval." }),
    outside: param.curve({ default: 1, about: "Value outside; a guidance scale of 1 is off." }),
    sigmaLow: param.number({ default: 0.28, min: 0, step: 0.01, about: "The interval starts above this level." }),
    sigmaHigh: param.number({ default: 5.42, min: 0, step: 0.01, about: "The interval ends with this level." }),
  },
  outputs: { curve: port.curve("the value at each step") },
  forecast: (_inputs, params, { problem }) => {
    if (params.sigmaLow >= params.sigmaHigh) {
      const message = "No noise level lies inside: sigma low is not below sigma high.";
      problem({ port: "sigmaLow", severity: "warning", message });
    }
    return { curve: within(params) };
  },
  build: (_inputs, params) => ({ curve: within(params) }),
});

interface Settings {
  readonly inside: Curve;
  readonly outside: Curve;
  readonly sigmaLow: number;
  readonly sigmaHigh: number;
}

function within({ inside, outside, sigmaLow, sigmaHigh }: Settings): Curve {
  return (at) => (at.sigma > sigmaLow && at.sigma <= sigmaHigh ? inside(at) : outside(at));
}
