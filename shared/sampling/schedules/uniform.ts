import type { NoiseSchedule } from "../../model.ts";
import { flowSigma, shiftTime } from "../noiseSchedule.ts";
import { logSigmaOf } from "../timesteps.ts";
import { linspace, type Schedule } from "./schedule.ts";

/** Levels of evenly spaced timesteps, first to last. */
function ofTimesteps(model: NoiseSchedule, count: number): number[] {
  const n = model.trainSteps;
  if (model.kind === "flow") return linspace(1, 1 / n, count).map((t) => flowSigma(shiftTime(t, model.shift)));
  return linspace(n - 1, 0, count).map((timestep) => logSigmaOf(model, timestep));
}

/** Evenly spaced timesteps, the last trained one included; then 0. */
export const normal: Schedule = {
  id: "normal",
  title: "normal",
  summary: "Even timesteps down to the smallest trained level, then 0.",
  sigmas: (model, steps) => [...ofTimesteps(model, steps), 0],
};

/** Evenly spaced timesteps without the last: the step to 0 starts higher (ComfyUI's name). */
export const sgmUniform: Schedule = {
  id: "sgm_uniform",
  title: "sgm_uniform",
  summary: "Even timesteps without the last one; suits few-step models.",
  sigmas: (model, steps) => [...ofTimesteps(model, steps + 1).slice(0, -1), 0],
};

/** Every k-th entry of the model's own table, from the top; then 0 (ComfyUI's name). */
export const simple: Schedule = {
  id: "simple",
  title: "simple",
  summary: "Every k-th trained level from the top, then 0.",
  sigmas: ({ sigmas }, steps) => {
    const stride = sigmas.length / steps;
    return [...Array.from({ length: steps }, (_, i) => sigmas[sigmas.length - 1 - Math.floor(i * stride)]), 0];
  },
};
