import type { Call, CallInfo } from "../../shared/denoiser.ts";
import type { NoiseSource } from "../../shared/noise.ts";
import { addScaled, stack } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";

/** What is known of a call of a sampler that walks its sigmas in order; `stage` counts the evaluations of a step. */
export function infoAt(sigmas: readonly number[], step: number, stage = 0): CallInfo {
  return { step, steps: sigmas.length - 1, sigma: sigmas[step], next: sigmas[step + 1], sigmas, stage, switches: {} };
}

/** The record that travels with an evaluation; the runtime names its noise for each node. */
export function callAt(info: CallInfo, noise: NoiseSource): Call {
  return { ...info, noise: (like) => noise.stream("sampler")(like), stream: (label) => noise.stream(label) };
}

/** Where a walk from `sigma` begins: the latent with noise of that level, or the latent as it is. */
export function startFrom(latent: Tensor, noise: NoiseSource, sigma: number, addNoise: boolean): Tensor {
  return addNoise ? addScaled(latent, noise.initial(latent.shape, dtypeOf(latent)), sigma) : latent;
}

/** A sentence why these levels cannot be walked down in coordinates x0 + sigma · eps, or null. */
export function refuseSigmas(sigmas: readonly number[]): string | null {
  if (sigmas.some((sigma, i) => i > 0 && !(sigma < sigmas[i - 1]))) {
    return "These sigmas do not fall. This sampler walks from high to low; flip them, or choose another schedule.";
  }
  if (sigmas.some((sigma) => !Number.isFinite(sigma))) {
    return "The first sigma is infinite (pure noise of a flow model). Start a little lower, at t = 0.999.";
  }
  return null;
}

/** The `path` output: kept only where somebody reads it. */
export class Path {
  readonly #moments: Tensor[] = [];
  readonly #isKept: boolean;

  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  add(x: Tensor): void {
    if (this.#isKept) this.#moments.push(x);
  }

  /** [moments, B, …]; the latent itself where nobody reads it. */
  stacked(last: Tensor): Tensor {
    return this.#isKept ? stack(this.#moments) : last;
  }
}
