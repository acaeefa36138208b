import type { NoiseSchedule } from "../model.ts";
import { exponential, karras, klOptimal } from "./schedules/karras.ts";
import type { Schedule } from "./schedules/schedule.ts";
import { leading, linspaceSpacing, trailing } from "./schedules/spacings.ts";
import { normal, sgmUniform, simple } from "./schedules/uniform.ts";

/** Every schedule, in the order in which lists show them. */
export const schedules: readonly Schedule[] = [
  normal,
  karras,
  exponential,
  klOptimal,
  sgmUniform,
  simple,
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

/**
 * The last `steps` steps of a schedule of ⌊steps / strength⌋: strength 1 starts from pure noise, less keeps more of the
 * latent. No steps, or strength 0, gives an empty list: the latent passes through.
 */
export function withStrength(schedule: Schedule, model: NoiseSchedule, steps: number, strength: number): number[] {
  if (steps <= 0 || strength <= 0) return [];
  // A hair above, so that 15 / 0.75 is 20 in binary fractions too.
  const total = strength >= 1 ? steps : Math.floor(steps / strength + 1e-9);
  if (total > maxSteps) throw new RangeError(`Strength ${strength} would need a schedule of ${total} steps. Raise it.`);
  return schedule.sigmas(model, total).slice(-(steps + 1));
}
