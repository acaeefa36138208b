import type { CallInfo, Denoiser, PlannedInfo } from "../denoiser.ts";
import type { NoiseSchedule } from "../model.ts";
import { combine, scale } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { flowSigma, flowTime, pureNoiseSigma, shiftTime } from "./noiseSchedule.ts";
import { type Frame, type Move, neighbours, type Sampler, type SamplerOptions } from "./sampler.ts";

/** SDE solvers work in log SNR, which pure noise has none of: they begin at this share of the flow (ComfyUI's offset). */
const startOfFlow = 1 - 1e-4;

/**
 * A sampler's way through given sigmas, in the coordinates that suit sampler and model: sigma everywhere, but the
 * flow's own time for flow models where the sampler is defined there. Denoisers outside see x0 + sigma · eps always.
 */
export class Walk {
  readonly options: SamplerOptions;
  readonly levels: readonly number[];
  readonly moves: readonly Move[];
  readonly #sampler: Sampler;
  readonly #sigmas: readonly number[];
  /** Pure noise of a flow is walked from a level just below it. */
  readonly #isOffset: boolean;

  constructor(
    sampler: Sampler,
    sigmas: readonly number[],
    schedule: NoiseSchedule | undefined,
    options: Omit<SamplerOptions, "frame">,
  ) {
    const isFlow = schedule?.kind === "flow";
    const frame: Frame = isFlow ? sampler.flowFrame : "variance-exploding";
    this.#sampler = sampler;
    this.#isOffset = isFlow && frame === "variance-exploding" && sigmas[0] >= pureNoiseSigma;
    this.options = { ...options, frame };
    const first = this.#isOffset ? [flowSigma(shiftTime(startOfFlow, schedule!.shift)), ...sigmas.slice(1)] : sigmas;
    this.levels = frame === "flow" ? sigmas.map(flowTime) : first;
    this.moves = sampler.moves?.(this.levels, this.options) ?? neighbours(this.levels);
    this.#sigmas = sampler.moves ? this.#sigmasOf(this.moves) : sigmas;
  }

  /** Sigma of a level of the walk. */
  sigma(level: number): number {
    return this.options.frame === "flow" ? flowSigma(level) : level;
  }

  /** What travels with an evaluation, in sigmas. */
  callInfo(step: number, stage: number, next?: number, sigma?: number): CallInfo {
    const move = this.moves[step];
    return {
      step,
      steps: this.moves.length,
      sigma: this.sigma(sigma ?? move.sigma),
      next: this.sigma(next ?? move.next),
      sigmas: this.#sigmas,
      stage,
      switches: {},
    };
  }

  /** Every evaluation that the walk will make, in order. */
  *calls(): Iterable<PlannedInfo> {
    for (const { step, stage, next, sigma, level } of this.#sampler.calls(this.levels, this.options)) {
      const at = this.callInfo(step, stage, next, sigma);
      yield { ...at, level: level === undefined ? at.sigma : this.sigma(level) };
    }
  }

  /** The first x of the walk: a latent with `factor` times a noise added, or as it is. */
  begin(latent: Tensor, noise: Tensor | null, factor: number): Tensor {
    if (this.#isOffset) {
      const depth = 1 + this.levels[0];
      return noise ? combine(latent, 1, noise, depth) : scale(latent, depth / (1 + pureNoiseSigma));
    }
    if (this.options.frame === "variance-exploding") return noise ? combine(latent, 1, noise, factor) : latent;
    const t = this.levels[0];
    if (!noise) return scale(latent, 1 / (1 + flowSigma(t)));
    return t === 1 ? noise : combine(latent, 1 - t, noise, factor * (1 - t));
  }

  /** x of the walk at a level as x0 + sigma · eps. */
  outside(x: Tensor, level: number): Tensor {
    return this.options.frame === "flow" && level > 0 ? scale(x, 1 + flowSigma(level)) : x;
  }

  /** A denoiser of x0 + sigma · eps in the coordinates of the walk. */
  inside(denoiser: Denoiser): Denoiser {
    if (this.options.frame === "variance-exploding") return denoiser;
    return (x, level, call) => denoiser(this.outside(x, level), flowSigma(level), call);
  }

  #sigmasOf(moves: readonly Move[]): number[] {
    if (moves.length === 0) return [];
    return [moves[0].sigma, ...moves.map(({ next }) => next)].map((level) => this.sigma(level));
  }
}

/** Why levels do not suit a sampler, in one sentence; null if they do. */
export function refuseLevels(sampler: Sampler, sigmas: readonly number[]): string | null {
  const broken = sigmas.findIndex((sigma) => !Number.isFinite(sigma) || sigma < 0);
  if (broken >= 0) return `Noise level ${broken + 1} is ${sigmas[broken]}, but levels are numbers of 0 and more.`;
  const rising = sigmas.findIndex(
    (sigma, i) => i > 0 && (sampler.rises ? sigma <= sigmas[i - 1] : sigma >= sigmas[i - 1]),
  );
  if (rising < 0) return null;
  const change = `from ${sigmas[rising - 1]} to ${sigmas[rising]}`;
  return sampler.rises
    ? `${sampler.title} walks up, but the noise levels fall ${change}. Flip them, or take another sampler.`
    : `${sampler.title} walks down, but the noise levels rise ${change}. Flip them, or take DDIM inversion.`;
}
