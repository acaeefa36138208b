import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "sigmas/slice",
  version: 1,
  title: "Slice sigmas",
  summary: "Keeps the steps of a walk from one place to another.",
  keywords: ["start_at_step", "end_at_step", "KSamplerAdvanced", "cut", "crop", "force full denoise"],
  doc: doc`
    The steps **from** … **to**, counted from 0: from 5 to 10 walks the sixth to the tenth step. What is cut off at the
    end stays in the latent as noise, unless **end at zero** makes the last step go all the way.
  `,
  cites: [],
  status: "stable",
  inputs: { sigmas: port.sigmas("levels to cut") },
  params: {
    from: param.integer({ default: 0, min: 0, max: 10000, about: "Steps left out at the start." }),
    to: param.number({
      default: null,
      min: 0,
      max: 10000,
      step: 1,
      decimals: 0,
      empty: "the end",
      about: "Step before which it ends.",
    }),
    endAtZero: param.boolean({
      default: false,
      onCard: false,
      label: "End at zero",
      about: "The last step goes to 0 and leaves no noise.",
    }),
  },
  outputs: { sigmas: port.sigmas("the levels that are kept") },
  forecast: ({ sigmas }, params) => (sigmas ? { sigmas: slice(sigmas, params) } : {}),
  run: ({ sigmas }, params) => ({ sigmas: slice(sigmas, params) }),
});

interface Params {
  readonly from: number;
  readonly to: number | null;
  readonly endAtZero: boolean;
}

function slice(sigmas: readonly number[], { from, to, endAtZero }: Params): number[] {
  const kept = sigmas.slice(from, to === null ? undefined : Math.round(to) + 1);
  // A single level is no step.
  if (kept.length < 2) return [];
  return endAtZero ? [...kept.slice(0, -1), 0] : kept;
}
