import type { NoiseSchedule } from "../../model.ts";
import { flowSchedule, pureNoiseSigma } from "../noiseSchedule.ts";

/** A flow model's schedule with another time shift (1 = none); its own for null. Throws a RangeError for 0 and below. */
export function withShift(model: NoiseSchedule, shift: number | null): NoiseSchedule {
  if (shift === null || shift === model.shift) return model;
  // A wire may bring any number, or one for each sample.
  if (!(typeof shift === "number" && shift > 0)) throw new RangeError("The shift must be one number above 0.");
  return { ...model, shift, sigmas: flowSchedule({ trainSteps: model.trainSteps, shift }).sigmas };
}

/**
 * Levels times a factor. In flow models this is the time shift t' = s·t / (1 + (s − 1)·t), which multiplies t / (1 − t)
 * by s; t = 1 stays pure noise.
 */
export function scaled(sigmas: readonly number[], factor: number): number[] {
  return sigmas.map((sigma) => (sigma >= pureNoiseSigma ? sigma : Math.min(pureNoiseSigma, sigma * factor)));
}

/** Image tokens between which FLUX's shift was set: pictures of 256 and of 1024 pixels. */
const [fewTokens, manyTokens] = [256, 4096];

/**
 * FLUX's time shift for a picture: exp(mu), with mu linear in the number of image tokens, `base` at 256 and `most` at
 * 4096, and beyond them on the same line.
 * @param tokens latent sides over 2, multiplied: width · height / 256 in pixels
 */
export function resolutionShift(tokens: number, base: number, most: number): number {
  return Math.exp(base + ((most - base) * (tokens - fewTokens)) / (manyTokens - fewTokens));
}
