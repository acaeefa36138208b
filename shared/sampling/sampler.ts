import type { Call, Denoiser } from "../denoiser.ts";
import type { Citation } from "../node/define.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Coordinates of a walk: x = alpha · x0 + level · eps. `variance-exploding` has alpha 1 and levels that are sigmas;
 * `flow` has levels t in 0..1 and alpha 1 − t, the coordinates that flow networks were trained in.
 */
export type Frame = "variance-exploding" | "flow";

export interface SamplerOptions {
  /** Share of fresh noise in stochastic steps; 0 = deterministic. */
  readonly eta: number;
  /** Factor on every later draw. */
  readonly noiseScale: number;
  /** Noise added and removed over the whole walk (Karras and others, 2022, S_churn). */
  readonly churn: number;
  readonly frame: Frame;
}

/** What a sampler may ask of its surroundings. Levels are those of the frame. */
export interface SamplerIo {
  /** Unit normal noise for the move from sigma to next. */
  noise(like: Tensor, sigma: number, next: number): Tensor;
  /** The record that travels to the denoisers; `next` where the deterministic part of the step goes, `sigma` where it starts. */
  call(step: number, stage: number, next?: number, sigma?: number): Call;
  /** Reports a prediction; throws if the run was cancelled. */
  step(report: {
    readonly step: number;
    readonly sigma: number;
    readonly x: Tensor;
    readonly denoised: Tensor;
    /** The step was made before: it starts from where that one ended, noised again. */
    readonly isRepeat?: boolean;
  }): Promise<void>;
}

/** One evaluation that a sampler will make. Levels left out are those of the step. */
export interface SamplerCall {
  readonly step: number;
  readonly stage: number;
  readonly next?: number;
  readonly sigma?: number;
  /** Level of the evaluation itself, where the step does not start with it. */
  readonly level?: number;
}

/** One step of a walk. */
export interface Move {
  readonly sigma: number;
  readonly next: number;
}

/** An algorithm that walks levels with a denoiser. */
export interface Sampler {
  readonly id: string;
  readonly title: string;
  /** One line for lists. */
  readonly summary: string;
  /** Markdown: what it does to a picture and when to choose it. */
  readonly doc: string;
  readonly cites: readonly Citation[];
  /** Order of convergence of the deterministic form; 0 for samplers that do not follow the ODE. */
  readonly order: number;
  readonly isStochastic: boolean;
  /** Eta when the user leaves it empty; null for samplers without one. */
  readonly defaultEta: number | null;
  readonly usesChurn: boolean;
  /** What `start: auto` means on an empty latent. */
  readonly start: "sigma" | "unit";
  /** Coordinates in which flow models are walked; others are always walked in sigma. */
  readonly flowFrame: Frame;
  /** Walks rising levels, from a picture to its noise. */
  readonly rises?: true;
  /** Decides by data how many evaluations it makes; `calls` is the most that it can be. */
  readonly upperBound?: true;
  /** The steps it makes of given levels, where these are not one for each two neighbours. */
  moves?(sigmas: readonly number[], options: SamplerOptions): readonly Move[];
  /** Exactly the evaluations that `sample` makes, in order. */
  calls(sigmas: readonly number[], options: SamplerOptions): Iterable<SamplerCall>;
  sample(
    denoiser: Denoiser,
    x: Tensor,
    sigmas: readonly number[],
    io: SamplerIo,
    options: SamplerOptions,
  ): Promise<Tensor>;
}

/** The steps between neighbouring levels. */
export function neighbours(sigmas: readonly number[]): Move[] {
  return sigmas.slice(1).map((next, i) => ({ sigma: sigmas[i], next }));
}
