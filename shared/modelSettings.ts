import type { ModelInfo } from "./model.ts";
import { zeroTerminalSchedule } from "./sampling/noiseSchedule.ts";

/** What a person knows of a checkpoint that its file does not say. */
export interface ModelSettings {
  /** What the network predicts; `own`: what was recognised. */
  readonly prediction: "own" | "eps" | "v";
  /** The noisiest level holds nothing of the image (arXiv:2305.08891). */
  readonly zeroTerminal: boolean;
  /** Which layer of CLIP, from the end, gives the states: 1 the last, 2 the last but one; 0 the family's own. */
  readonly clipSkip: number;
}

/** A model's description under settings, or a sentence why they do not suit. */
export function settledInfo(
  info: ModelInfo,
  { prediction, zeroTerminal }: ModelSettings,
): { readonly info: ModelInfo } | { readonly problem: string } {
  const isChanged = prediction !== "own" || zeroTerminal;
  if (isChanged && info.schedule.kind === "flow") {
    return {
      problem: `${info.name} is a flow model, whose prediction and schedule are fixed. Leave both as they are.`,
    };
  }
  const space = prediction === "own" ? info.prediction : prediction;
  if (zeroTerminal && space === "eps") {
    return {
      problem: "A network that predicts noise cannot start from pure noise. Choose v, or no zero terminal level.",
    };
  }
  const schedule = zeroTerminal ? zeroTerminalSchedule(info.schedule) : info.schedule;
  return { info: { ...info, prediction: space, schedule } };
}
