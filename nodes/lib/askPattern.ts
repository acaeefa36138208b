import type { CallInfo } from "../../shared/denoiser.ts";
import { param } from "../../shared/node/params.ts";

/** Which steps ask the weak side, for LinearAG's two nodes alike. */
export const askParams = {
  guidedShare: param.number({
    default: 0.5,
    slider: [0, 1],
    min: 0,
    max: 1,
    step: 0.05,
    about: "Share of the steps, from the first, that are guided at all.",
  }),
  every: param.integer({
    default: 2,
    min: 1,
    max: 100,
    slider: [1, 6],
    about: "Of the guided steps, every how many-th asks the weak side; between them it is predicted.",
  }),
};

interface AskOptions {
  readonly guidedShare: number;
  readonly every: number;
}

/** Whether a step asks the weak side, predicts it, or goes without guidance. */
export function askingAt({ guidedShare, every }: AskOptions, { step, steps }: CallInfo): "asked" | "predicted" | "off" {
  if (step >= Math.ceil(guidedShare * steps)) return "off";
  return step % every === 0 ? "asked" : "predicted";
}
