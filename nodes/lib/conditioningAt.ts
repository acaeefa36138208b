import type { CallInfo } from "../../shared/denoiser.ts";
import type { Conditioning } from "../../shared/model.ts";

/** What a prompt that changes on the way says at a step; steps beyond its walk have the last text. Others stay. */
export function conditioningAt(conditioning: Conditioning, { step }: CallInfo): Conditioning {
  const { schedule } = conditioning;
  if (!schedule) return conditioning;
  return schedule.texts[schedule.steps[Math.min(step, schedule.steps.length - 1)]];
}
