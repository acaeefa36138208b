import type { NoiseSchedule } from "../../model.ts";
import { flowSigma, flowTime, shiftTime } from "../noiseSchedule.ts";
import { sigmaOf } from "../timesteps.ts";
import { linspace, type Schedule } from "./schedule.ts";

/** The last level as the folder's scheduler configuration says: that of timestep 0, unless the walk ends there already. */
function withEnd(model: NoiseSchedule, sigmas: readonly number[]): number[] {
  const smallest = model.sigmas[0];
  const stopsAtSmallest = model.finalSigma === "sigma_min" && sigmas[sigmas.length - 1] > smallest;
  return [...sigmas, stopsAtSmallest ? smallest : 0];
}

function ofTimesteps(model: NoiseSchedule, timesteps: readonly number[]): number[] {
  const levels = timesteps.map((timestep) =>
    model.kind === "flow" ? flowSigma(shiftTime(timestep / model.trainSteps, model.shift)) : sigmaOf(model, timestep),
  );
  return withEnd(model, levels);
}

function checkSteps(model: NoiseSchedule, steps: number): void {
  if (steps > model.trainSteps)
    throw new RangeError(`This schedule has at most ${model.trainSteps} steps, but ${steps} are asked for.`);
}

/** diffusers' `leading`: multiples of the stride plus the offset. */
export const leading: Schedule = {
  id: "leading",
  title: "leading",
  summary: "diffusers' spacing for Stable Diffusion: multiples of a stride, plus the folder's offset.",
  sigmas: (model, steps) => {
    checkSteps(model, steps);
    const stride = Math.floor(model.trainSteps / steps);
    const top = model.trainSteps - (model.kind === "flow" ? 0 : 1);
    return ofTimesteps(
      model,
      Array.from({ length: steps }, (_, i) =>
        Math.min(top, (steps - 1 - i) * stride + Math.max(model.kind === "flow" ? 1 : 0, model.stepsOffset)),
      ),
    );
  },
};

/** diffusers' `linspace`: even, fractional timesteps from the last to the first; flow models as FlowMatchEuler, shifted. */
export const linspaceSpacing: Schedule = {
  id: "linspace",
  title: "linspace",
  summary: "diffusers' spacing with even, fractional timesteps over the whole range.",
  sigmas: (model, steps) => {
    if (model.kind === "discrete") return ofTimesteps(model, linspace(model.trainSteps - 1, 0, steps));
    const [low, high] = [model.sigmas[0], model.sigmas[model.sigmas.length - 1]].map(flowTime);
    return withEnd(
      model,
      linspace(high, low, steps).map((t) => flowSigma(shiftTime(t, model.shift))),
    );
  },
};

/** Nearest whole number, halves to the even one, as numpy rounds. */
function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

/** diffusers' `trailing`: counts down from the last timestep. */
export const trailing: Schedule = {
  id: "trailing",
  title: "trailing",
  summary: "diffusers' spacing that starts at the very last timestep; suits few-step models.",
  sigmas: (model, steps) => {
    checkSteps(model, steps);
    const stride = model.trainSteps / steps;
    const offset = model.kind === "flow" ? 0 : 1;
    return ofTimesteps(
      model,
      Array.from({ length: steps }, (_, i) => roundHalfEven(model.trainSteps - i * stride) - offset),
    );
  },
};
