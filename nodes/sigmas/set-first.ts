import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { refuseLevels } from "../../shared/sampling/schedules/levels.ts";

export const node = defineNode({
  type: "sigmas/set-first",
  version: 1,
  title: "Set first sigma",
  summary: "Replaces the level at which a walk starts.",
  keywords: ["SetFirstSigma", "start", "zero snr", "brightness"],
  doc: doc`
    A first level above the model's own makes the network see pure noise at the start, which gives models with zero
    terminal signal their full contrast. It stays above the second level; of a rising walk, below it.
  `,
  cites: [],
  status: "stable",
  inputs: { sigmas: port.sigmas("levels to change") },
  params: {
    sigma: param.number({ default: 136, min: 0, max: 2 ** 24, step: 1, decimals: 3, about: "The new first level." }),
  },
  outputs: { sigmas: port.sigmas("the levels with another first one") },
  forecast: ({ sigmas }, { sigma }, { problem }) => {
    if (!sigmas) return {};
    const changed = setFirst(sigmas, sigma);
    const message = refuseLevels(changed);
    if (!message) return { sigmas: changed };
    problem({ port: "sigma", severity: "error", message });
    return {};
  },
  run: ({ sigmas }, { sigma }) => ({ sigmas: setFirst(sigmas, sigma) }),
});

function setFirst(sigmas: readonly number[], sigma: number): number[] {
  return sigmas.map((level, i) => (i === 0 ? sigma : level));
}
