import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

/** Inputs of methods that lead from one prediction through another. */
export const pairInputs = {
  strong: port.denoiser("prediction to follow"),
  weak: port.denoiser("prediction to leave"),
};

/** The guidance weight, as everywhere: D = weak + scale · (strong − weak). */
export function scaleParam(preset: number, safe: readonly [number, number]) {
  return param.curve({
    default: preset,
    slider: [0, 20],
    safe,
    min: -100,
    max: 1000,
    step: 0.1,
    about: "Weight of the difference; 1 = off.",
  });
}
