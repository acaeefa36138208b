import type { Call, Denoiser } from "../denoiser.ts";
import type { Citation } from "../node/define.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface SamplerOptions {
  /** Share of fresh noise in stochastic steps; 0 = deterministic. */
  readonly eta: number;
  /** Factor on every later draw. */
  readonly noiseScale: number;
  /** Noise added and removed over the whole walk (Karras and others, 2022, S_churn). */
  readonly churn: number;
}

/** What a sampler may ask of its surroundings. */
export interface SamplerIo {
  /** Unit normal noise for the move from sigma down to next. */
  noise(like: Tensor, sigma: number, next: number): Tensor;
  /** The record that travels to the denoisers; `next` where the deterministic part of the step goes. */
  call(step: number, stage: number, next?: number): Call;
  /** Reports a prediction; throws if the run was cancelled. */
  step(report: {
    readonly step: number;
    readonly sigma: number;
    readonly x: Tensor;
    readonly denoised: Tensor;
  }): Promise<void>;
}

/** One evaluation that a sampler will make. */
export interface SamplerCall {
  readonly step: number;
  readonly stage: number;
  readonly next?: number;
}

/** An algorithm that walks falling sigmas with a denoiser. `x` is x0 + sigma · eps. */
export interface Sampler {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly cites: readonly Citation[];
  /** Order of convergence of the deterministic form. */
  readonly order: number;
  readonly isStochastic: boolean;
  /** Eta when the user leaves it empty; null for samplers without one. */
  readonly defaultEta: number | null;
  readonly usesChurn: boolean;
  /** What `start: auto` means on an empty latent. */
  readonly start: "sigma" | "unit";
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
