import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "sigmas/split",
  version: 1,
  title: "Split sigmas",
  summary: "Cuts a walk in two at a step.",
  keywords: ["SplitSigmas", "high sigmas", "low sigmas", "refiner", "two samplers", "switch model", "KSamplerAdvanced"],
  doc: doc`
    The first **step** steps and the rest, for two samplers in a row: another model, guidance or sampler for the detail
    than for the composition. The level at the cut belongs to both. Turn *add noise* off in the second sampler, which
    goes on with what the first one left.
  `,
  cites: [],
  status: "stable",
  inputs: { sigmas: port.sigmas("levels to cut") },
  params: { step: param.integer({ default: 10, min: 0, max: 10000, about: "Steps before the cut." }) },
  outputs: { high: port.sigmas("up to the cut"), low: port.sigmas("from the cut on") },
  forecast: ({ sigmas }, { step }) => (sigmas ? splitAt(sigmas, step) : {}),
  run: ({ sigmas }, { step }) => splitAt(sigmas, step),
});

function splitAt(sigmas: readonly number[], step: number) {
  return { high: sigmas.slice(0, step + 1), low: sigmas.slice(step) };
}
