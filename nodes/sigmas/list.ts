import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "sigmas/list",
  version: 1,
  title: "Sigma list",
  summary: "Takes noise levels as they are written.",
  keywords: ["manual sigmas", "custom schedule", "explicit"],
  doc: doc`
    The noise levels that a sampler walks, one after the other; one step between each two. They fall. A last level above
    0 leaves noise in the latent, from which a second sampler can go on.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    values: param.numbers({
      default: [14.6, 7, 3, 1.5, 0.6, 0.2, 0],
      about: "Falling noise levels, in units of k-diffusion's sigma.",
    }),
  },
  outputs: { sigmas: port.sigmas("the levels") },
  forecast: (_inputs, { values }, { problem }) => {
    const message = refuse(values);
    if (!message) return { sigmas: values };
    problem({ port: "values", severity: "error", message });
    return {};
  },
  run: (_inputs, { values }) => ({ sigmas: values }),
});

function refuse(values: readonly number[]): string | null {
  if (values.length < 2) return "A sampler needs at least two noise levels.";
  if (values.some((value) => value < 0)) return "Noise levels are 0 and more.";
  const rising = values.findIndex((value, i) => i > 0 && value >= values[i - 1]);
  return rising < 0
    ? null
    : `Noise levels fall, but number ${rising + 1} (${values[rising]}) is not below ${values[rising - 1]}.`;
}
