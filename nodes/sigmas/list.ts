import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { flowSigma } from "../../shared/sampling/noiseSchedule.ts";
import { refuseLevels } from "../../shared/sampling/schedules/levels.ts";

export const node = defineNode({
  type: "sigmas/list",
  version: 1,
  title: "Sigma list",
  summary: "Takes noise levels as they are written.",
  keywords: ["ManualSigmas", "manual sigmas", "custom schedule", "explicit", "flow times", "timesteps"],
  doc: doc`
    The noise levels that a sampler walks, one after the other; one step between each two. They fall; for a sampler that
    inverts (ddim_inverse) they rise. A last level above 0 leaves noise in the latent, from which a second sampler can
    go on.

    Flow models count in times: with **unit** \`t\` the list holds times from 1 (pure noise) to 0 (the picture), and

    $$\sigma = \frac{t}{1 - t}$$

    The time 1 is taken exactly: the first step starts from pure noise.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    values: param.numbers({
      default: [14.6, 7, 3, 1.5, 0.6, 0.2, 0],
      about: "Falling noise levels (rising ones for an inversion).",
    }),
    unit: param.select({
      default: "sigma",
      about: "What the numbers are.",
      options: [
        { value: "sigma", label: "Sigma", about: "noise levels as in k-diffusion, 0 and more" },
        { value: "t", label: "Flow time t", about: "0 to 1; sigma = t / (1 − t)" },
      ],
    }),
  },
  outputs: { sigmas: port.sigmas("the levels") },
  forecast: (_inputs, params, { problem }) => {
    const message = refuse(params);
    if (!message) return { sigmas: sigmasOf(params) };
    problem({ port: "values", severity: "error", message });
    return {};
  },
  run: (_inputs, params) => ({ sigmas: sigmasOf(params) }),
});

interface Params {
  readonly values: readonly number[];
  readonly unit: string;
}

function sigmasOf({ values, unit }: Params): readonly number[] {
  return unit === "t" ? values.map(flowSigma) : values;
}

function refuse({ values, unit }: Params): string | null {
  if (values.length < 2) return `A walk needs at least two noise levels, but there ${are(values.length)}.`;
  const late = unit === "t" ? values.findIndex((value) => value > 1) : -1;
  if (late >= 0) return `Flow times go from 0 to 1, but number ${late + 1} is ${values[late]}.`;
  return refuseLevels(values);
}

function are(count: number): string {
  return count === 1 ? "is one" : "are none";
}
