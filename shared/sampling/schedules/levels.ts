/** A sentence why a number is no noise level, or null. `place` counts from 0. */
function refuseLevel(level: number, place: number): string | null {
  if (!Number.isFinite(level)) return `Noise levels are finite numbers, but number ${place + 1} is not.`;
  return level < 0 ? `Noise levels are 0 and more, but number ${place + 1} is ${level}.` : null;
}

/**
 * A sentence why levels are no walk, or null: they must all fall, or all rise (an inversion). Whether the sampler walks
 * in that direction is the sampler's affair. Fewer than two are a walk of no steps.
 * @param levels sigmas, or another measure of noise that rises with them
 */
export function refuseLevels(levels: readonly number[]): string | null {
  for (const [place, level] of levels.entries()) {
    const sentence = refuseLevel(level, place);
    if (sentence) return sentence;
  }
  const rises = levels.length > 1 && levels[1] > levels[0];
  const wrong = levels.findIndex((level, i) => i > 0 && !(rises ? level > levels[i - 1] : level < levels[i - 1]));
  if (wrong < 0) return null;
  return `Noise levels must all fall, or all rise for an inversion, but number ${wrong + 1} (${levels[wrong]}) comes after ${levels[wrong - 1]}.`;
}
