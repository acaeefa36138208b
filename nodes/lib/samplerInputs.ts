import type { ModelInfo } from "../../shared/model.ts";
import type { NodeProblem } from "../../shared/node/define.ts";
import { cast } from "../../shared/tensor/index.ts";
import { formatShape, type Tensor } from "../../shared/tensor/tensor.ts";
import { refuseSigmas } from "./steps.ts";

/** A sentence why a model cannot draw a latent of this shape, [B, C, h, w], or null. */
export function refuseLatent(shape: readonly number[], model: ModelInfo | undefined): string | null {
  if (model === undefined) return null;
  const { channels, width } = model.latent;
  if (shape[1] !== channels)
    return `Latent has ${shape[1]} channels, but this model takes ${channels}. Use an empty latent or load a tensor from the same model.`;
  if (width > 0 || (shape[2] === 1 && shape[3] === 1)) return null;
  return `Latent has places (${formatShape(shape.slice(2))}), but ${model.name} has no pixels. Use an empty latent of this model.`;
}

/** A sentence why noise of a known shape does not fit a latent, or null. */
export function refuseNoise(noise: readonly number[] | undefined, latent: readonly number[]): string | null {
  if (!noise || formatShape(noise) === formatShape(latent)) return null;
  return `The noise is ${formatShape(noise)}, but the latent is ${formatShape(latent)}. Choose a file of that shape.`;
}

/** A model in double precision is walked in it, whatever precision the latent came in. */
export function widened(latent: Tensor, model: ModelInfo | undefined): Tensor {
  return model?.latent.dtype === "float64" ? cast(latent, "float64") : latent;
}

interface Known {
  readonly sigmas?: readonly number[] | undefined;
  readonly latent?: { readonly shape: readonly number[] } | undefined;
  readonly noise?: { readonly shape?: readonly number[] } | undefined;
  readonly denoiser?: { readonly model: ModelInfo } | undefined;
}

/**
 * Reports what is wrong with the inputs of a sampler that walks its sigmas down; true if the sigmas cannot be walked.
 * @param drawsFirst whether the first noise is drawn for the latent
 */
export function reportInputs(
  { sigmas, latent, noise, denoiser }: Known,
  drawsFirst: boolean,
  problem: (one: NodeProblem) => void,
): boolean {
  const refused = sigmas ? refuseSigmas(sigmas) : null;
  if (refused) problem({ port: "sigmas", severity: "error", message: refused });
  else if (sigmas && sigmas.length < 2) {
    const message = "There is no step to walk; the latent passes through.";
    problem({ port: "sigmas", severity: "warning", message });
  }
  const unfit = latent ? refuseLatent(latent.shape, denoiser?.model) : null;
  if (unfit) problem({ port: "latent", severity: "error", message: unfit });
  const misfit = latent && drawsFirst ? refuseNoise(noise?.shape, latent.shape) : null;
  if (misfit) problem({ port: "noise", severity: "error", message: misfit });
  return refused !== null;
}
