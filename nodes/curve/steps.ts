import type { Curve } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "curve/steps",
  version: 1,
  title: "Values by step",
  summary: "Gives a value of its own to every step.",
  keywords: ["list", "array", "per step", "weights", "table"],
  doc: doc`
    A list of numbers, one for each step from the first on. A walk with more steps keeps the last value; one with fewer
    leaves the rest of the list out.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: { values: param.numbers({ default: [1, 4, 4, 1], about: "Values from the first step on." }) },
  outputs: { curve: port.curve("the value at each step") },
  forecast: (_inputs, { values }, { problem }) => {
    if (values.length > 0) return { curve: byStep(values) };
    problem({ port: "values", severity: "error", message: "The list is empty. Write at least one number." });
    return {};
  },
  build: (_inputs, { values }) => ({ curve: byStep(values) }),
});

function byStep(values: readonly number[]): Curve {
  return ({ step }) => values[Math.min(step, values.length - 1)];
}
