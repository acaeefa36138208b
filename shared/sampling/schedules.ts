import type { NoiseSchedule } from "../model.ts";
import { beta } from "./schedules/beta.ts";
import { lcmSchedule, turbo } from "./schedules/fewSteps.ts";
import { gits } from "./schedules/gits.ts";
import { exponential, karras, klOptimal, polyexponential } from "./schedules/karras.ts";
import { laplace } from "./schedules/laplace.ts";
import { linearQuadratic } from "./schedules/linearQuadratic.ts";
import type { Schedule, ScheduleSettings } from "./schedules/schedule.ts";
import { leading, linspaceSpacing, trailing } from "./schedules/spacings.ts";
import { alignYourSteps, optimalSteps } from "./schedules/tables.ts";
import { ddimUniform, normal, sgmUniform, simple } from "./schedules/uniform.ts";
import { vp } from "./schedules/vp.ts";

/** Every schedule, in the order in which lists show them. */
export const schedules: readonly Schedule[] = [
  normal,
  karras,
  exponential,
  polyexponential,
  klOptimal,
  beta,
  laplace,
  vp,
  sgmUniform,
  simple,
  ddimUniform,
  linearQuadratic,
  alignYourSteps,
  gits,
  optimalSteps,
  turbo,
  lcmSchedule,
  leading,
  linspaceSpacing,
  trailing,
];

/** The schedule of an id. Throws for one that does not exist. */
export function scheduleOf(id: string): Schedule {
  const found = schedules.find((schedule) => schedule.id === id);
  if (!found) throw new RangeError(`There is no schedule “${id}”.`);
  return found;
}

/** Most steps that a schedule may be asked for, strength included. */
const maxSteps = 100_000;

export interface WalkSettings extends ScheduleSettings {
  /** ComfyUI's way for dpm_2 and uni_pc: one step more, and the level before the last left out. False. */
  readonly skipPenultimate?: boolean;
}

/**
 * The last `steps` steps of a schedule of ⌊steps / strength⌋: strength 1 starts from pure noise, less keeps more of the
 * latent. No steps, or strength 0, gives an empty list: the latent passes through. Throws a RangeError, a sentence for
 * people, where steps or settings do not suit the schedule.
 */
export function withStrength(
  schedule: Schedule,
  model: NoiseSchedule,
  steps: number,
  strength: number,
  settings: WalkSettings = {},
): number[] {
  if (steps <= 0 || strength <= 0) return [];
  const extra = settings.skipPenultimate ? 1 : 0;
  if (strength < 1 && schedule.partial) {
    return skipping(schedule.partial(model, steps + extra, strength, settings), extra);
  }
  // A hair above, so that 15 / 0.75 is 20 in binary fractions too.
  const total = strength >= 1 ? steps : Math.floor(steps / strength + 1e-9);
  if (total > maxSteps) throw new RangeError(`Strength ${strength} would need a schedule of ${total} steps. Raise it.`);
  return skipping(schedule.sigmas(model, total + extra, settings), extra).slice(-(steps + 1));
}

/** The levels without the `count` before the last. */
function skipping(sigmas: readonly number[], count: number): number[] {
  return sigmas.filter((_, i) => i < sigmas.length - 1 - count || i === sigmas.length - 1);
}
