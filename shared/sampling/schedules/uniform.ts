import type { NoiseSchedule } from "../../model.ts";
import { flowSigma, flowTime, shiftTime } from "../noiseSchedule.ts";
import { logSigmaOf } from "../timesteps.ts";
import { checkSteps, linspace, type Schedule } from "./schedule.ts";

const comfy = { id: "https://github.com/comfyanonymous/ComfyUI", by: "Comfy Org, 2023", title: "ComfyUI" };

/**
 * Levels of evenly spaced timesteps, first to last. In flow models the last is the time of the smallest level, which
 * has been shifted, shifted once more: so does ComfyUI.
 */
function ofTimesteps(model: NoiseSchedule, count: number): number[] {
  if (model.kind === "flow") {
    return linspace(1, flowTime(model.sigmas[0]), count).map((t) => flowSigma(shiftTime(t, model.shift)));
  }
  return linspace(model.trainSteps - 1, 0, count).map((timestep) => logSigmaOf(model, timestep));
}

/** Evenly spaced timesteps, the last trained one included; then 0. */
export const normal: Schedule = {
  id: "normal",
  title: "normal",
  summary: "Even timesteps down to the smallest trained level, then 0.",
  doc: "Steps as evenly as the model was trained: no part of the picture is favoured. The safe choice for any model and sampler, and the one to compare others with. The last steps are very small, which few-step runs cannot afford.",
  cites: [{ ...comfy, where: "normal" }],
  settings: [],
  sigmas: (model, steps) => [...ofTimesteps(model, steps), 0],
};

/** Evenly spaced timesteps without the last: the step to 0 starts higher (ComfyUI's name). */
export const sgmUniform: Schedule = {
  id: "sgm_uniform",
  title: "sgm_uniform",
  summary: "Even timesteps without the last one; suits few-step models.",
  doc: "As normal, but it ends with one larger step from a visible noise level to 0, so no step is spent on noise that nobody sees. Made for few steps: SDXL, Lightning, Hyper and LCM models at 2 to 10 steps.",
  cites: [
    { id: "https://github.com/Stability-AI/generative-models", by: "Stability AI, 2023", title: "generative-models" },
  ],
  settings: [],
  sigmas: (model, steps) => [...ofTimesteps(model, steps + 1).slice(0, -1), 0],
};

/** Every k-th entry of the model's own table, from the top; then 0 (ComfyUI's name). */
export const simple: Schedule = {
  id: "simple",
  title: "simple",
  summary: "Every k-th trained level from the top, then 0.",
  doc: "Takes only levels that the model was trained on, counted down from the highest. Close to sgm_uniform; the usual choice for flow models such as FLUX and Stable Diffusion 3, whose shift it follows exactly.",
  cites: [{ ...comfy, where: "simple" }],
  settings: [],
  sigmas: ({ sigmas }, steps) => {
    checkSteps(sigmas.length, steps);
    const stride = sigmas.length / steps;
    return [...Array.from({ length: steps }, (_, i) => sigmas[sigmas.length - 1 - Math.floor(i * stride)]), 0];
  },
};

/** Every k-th entry of the model's table from the second upwards, walked down; then 0 (ComfyUI's name). */
export const ddimUniform: Schedule = {
  id: "ddim_uniform",
  title: "ddim_uniform",
  summary: "Every k-th trained level from the bottom, as the first DDIM programs did.",
  doc: "Counts up from the lowest level, so it starts a little below pure noise and what the noise looked like stays in colours and brightness. Choose it to repeat old DDIM pictures; with few steps the start is far too low.",
  cites: [{ id: "arXiv:2010.02502", by: "Song and others, 2020", title: "Denoising Diffusion Implicit Models" }],
  settings: [],
  sigmas: ({ sigmas }, steps) => {
    checkSteps(sigmas.length - 1, steps);
    const stride = Math.floor(sigmas.length / steps);
    const levels = [0];
    for (let i = 1; i < sigmas.length; i += stride) levels.push(sigmas[i]);
    // A stride that does not divide the table leaves room for further levels at the top; they are not walked.
    return levels.slice(0, steps + 1).reverse();
  },
};
