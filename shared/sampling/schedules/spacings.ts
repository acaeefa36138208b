import type { NoiseSchedule } from "../../model.ts";
import { flowSigma, flowTime, shiftTime } from "../noiseSchedule.ts";
import { sigmaOf } from "../timesteps.ts";
import { checkSteps, linspace, roundHalfEven, type Schedule } from "./schedule.ts";

const flawed = {
  id: "arXiv:2305.08891",
  by: "Lin and others, 2023",
  title: "Common Diffusion Noise Schedules and Sample Steps are Flawed",
  where: "table 2",
};

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

/** diffusers' `leading`: multiples of the stride plus the offset. */
export const leading: Schedule = {
  id: "leading",
  title: "leading",
  summary: "diffusers' spacing for Stable Diffusion: multiples of a stride, plus the folder's offset.",
  doc: "The spacing that Stable Diffusion 1 and 2 are published with. It never visits the highest level, so pictures keep a middling brightness: truly dark or bright ones do not come out. Choose it to repeat diffusers' pictures.",
  cites: [flawed],
  settings: [],
  sigmas: (model, steps) => {
    checkSteps(model.trainSteps, steps);
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
  doc: "From the first trained level to the last in equal, fractional parts, which diffusers uses for Euler, Heun and DPM-Solver. Both ends of the range are kept, at any number of steps. For flow models this is diffusers' own spacing.",
  cites: [flawed],
  settings: [],
  sigmas: (model, steps) => {
    if (model.kind === "discrete") return ofTimesteps(model, linspace(model.trainSteps - 1, 0, steps));
    const [low, high] = [model.sigmas[0], model.sigmas[model.sigmas.length - 1]].map(flowTime);
    return withEnd(
      model,
      linspace(high, low, steps).map((t) => flowSigma(shiftTime(t, model.shift))),
    );
  },
};

/** diffusers' `trailing`: counts down from the last timestep. */
export const trailing: Schedule = {
  id: "trailing",
  title: "trailing",
  summary: "diffusers' spacing that starts at the very last timestep; suits few-step models.",
  doc: "Always starts at the highest level and ends with a larger step: full contrast, dark nights and white skies. Choose it for models with zero terminal signal, v-prediction and distilled models with few steps.",
  cites: [flawed],
  settings: [],
  sigmas: (model, steps) => {
    checkSteps(model.trainSteps, steps);
    const stride = model.trainSteps / steps;
    const offset = model.kind === "flow" ? 0 : 1;
    return ofTimesteps(
      model,
      Array.from({ length: steps }, (_, i) => roundHalfEven(model.trainSteps - i * stride) - offset),
    );
  },
};
