import type { ModelInfo } from "../../shared/model.ts";
import { cast } from "../../shared/tensor/index.ts";
import { formatShape, type Tensor } from "../../shared/tensor/tensor.ts";

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
