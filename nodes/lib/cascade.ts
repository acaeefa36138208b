import type { CallInfo } from "../../shared/denoiser.ts";

export interface CascadeOptions {
  /** Growth of the sides from each stage to the next. */
  readonly factors: readonly number[];
  /** Levels at which all stages but the last end; the last given one holds for those after it. */
  readonly ends: readonly number[];
  /** Steps of each stage after the first; 0 = all levels that are left. */
  readonly laterSteps: number;
  /** Power of the growth by which the signal-to-noise ratio falls between stages. */
  readonly gamma: number;
}

export interface CascadeStage {
  /** Growth from the stage before; 1 for the first. */
  readonly factor: number;
  readonly shape: readonly number[];
  /** Levels that the stage walks, both ends included. */
  readonly sigmas: readonly number[];
}

/**
 * The stages of a cascade: the first walks the given levels down to its end; each later one is larger, begins
 * factor^(gamma / 2) above the end of the one before and walks what lies below of the same levels.
 */
export function stagesOf(
  sigmas: readonly number[],
  shape: readonly number[],
  { factors, ends, laterSteps, gamma }: CascadeOptions,
): CascadeStage[] {
  const stages: CascadeStage[] = [];
  let size = shape;
  let start = sigmas[0];
  for (let stage = 0; stage <= factors.length; stage++) {
    const factor = stage === 0 ? 1 : factors[stage - 1];
    size = size.map((side, axis) => (axis < 2 ? side : Math.round(side * factor)));
    const last = sigmas[sigmas.length - 1];
    const end = stage === factors.length ? last : Math.max(last, ends[Math.min(stage, ends.length - 1)] ?? last);
    const inside = sigmas.filter((sigma) => sigma < start && sigma > end);
    const levels = end < start ? [start, ...inside, end] : [start];
    stages.push({ factor, shape: size, sigmas: stage === 0 ? levels : thinned(levels, laterSteps) });
    if (stage < factors.length) start = Math.min(sigmas[0], Math.max(end, 1e-6) * factors[stage] ** (gamma / 2));
  }
  return stages;
}

/** At most `steps` steps over the same levels, evenly chosen; both ends stay. */
function thinned(levels: readonly number[], steps: number): readonly number[] {
  const count = levels.length - 1;
  if (steps === 0 || steps >= count) return levels;
  return Array.from({ length: steps + 1 }, (_, i) => levels[Math.round((i * count) / steps)]);
}

/** What is known of each step of a stage; steps are counted through all stages. */
export function callsOfStage(stages: readonly CascadeStage[], stage: number): CallInfo[] {
  const before = stages.slice(0, stage).reduce((sum, { sigmas }) => sum + sigmas.length - 1, 0);
  const steps = stages.reduce((sum, { sigmas }) => sum + sigmas.length - 1, 0);
  const { sigmas } = stages[stage];
  return sigmas.slice(0, -1).map((sigma, i) => ({
    ...{ step: before + i, steps, sigma, next: sigmas[i + 1] },
    ...{ sigmas, stage: 0, switches: {} },
  }));
}
