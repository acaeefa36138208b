import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "sigmas/flip",
  version: 1,
  title: "Flip sigmas",
  summary: "Turns a walk around, so that it rises: for inversion.",
  keywords: ["FlipSigmas", "invert", "inversion", "unsampling", "reverse", "ddim_inverse"],
  doc: doc`
    From the picture back to its noise: with a sampler that inverts, the rising levels find the noise from which the
    same walk downwards makes the picture again, for editing it.

    A walk that starts at 0 has nothing to divide by, so the first level becomes **floor**.
  `,
  cites: [],
  status: "stable",
  inputs: { sigmas: port.sigmas("levels to turn around") },
  params: {
    floor: param.number({
      default: 0.0001,
      min: 0,
      max: 1,
      step: 0.0001,
      decimals: 4,
      onCard: false,
      about: "What a level of 0 at the start becomes.",
    }),
  },
  outputs: { sigmas: port.sigmas("the levels from last to first") },
  forecast: ({ sigmas }, { floor }) => (sigmas ? { sigmas: flip(sigmas, floor) } : {}),
  run: ({ sigmas }, { floor }) => ({ sigmas: flip(sigmas, floor) }),
});

function flip(sigmas: readonly number[], floor: number): number[] {
  return sigmas.toReversed().map((sigma, i) => (i === 0 && sigma === 0 ? floor : sigma));
}
