import type { Denoiser, NativeSpace } from "../../shared/denoiser.ts";
import { param } from "../../shared/node/params.ts";
import { denoisedFrom, predictionFrom } from "../../shared/sampling/prediction.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** The quantity that a formula is computed in; `native` is what the network behind the denoiser predicts. */
export type Space = "native" | NativeSpace;

/**
 * The parameter `space` of methods that take a norm, an angle or a spread of a prediction: their result depends on the
 * quantity they see. Each has its paper's as default.
 */
export function spaceParam<const D extends Space>(preset: D) {
  return param.select({
    default: preset,
    about: "The quantity that the formula is computed in.",
    onCard: false,
    options: [
      { value: "native", label: "the network's own", about: "What the network behind the first denoiser predicts." },
      { value: "eps", label: "eps", about: "The noise." },
      { value: "x0", label: "x0", about: "The clean picture." },
      { value: "v", label: "v", about: "A mix of noise and picture, in variance-preserving coordinates." },
      { value: "flow", label: "flow", about: "The velocity of rectified flow, noise minus picture." },
    ],
  });
}

/** Takes x0-predictions at one (x, sigma) into a space and back. */
export interface Conversion {
  /** From an x0-prediction, shaped as x. */
  into(denoised: Tensor): Tensor;
  /** To an x0-prediction. */
  back(prediction: Tensor): Tensor;
}

/**
 * The conversion at (x, sigma); `first` is the node's first denoiser, which tells what `native` means (x0 if it does not
 * say). At sigma 0, where the other quantities do not exist, it leaves predictions as they are.
 */
export function conversion(space: Space, first: Denoiser, x: Tensor, sigma: number): Conversion {
  const quantity = sigma === 0 ? "x0" : space === "native" ? (first.native ?? "x0") : space;
  return {
    into: (denoised) => predictionFrom(quantity, x, denoised, sigma),
    back: (prediction) => denoisedFrom(quantity, x, prediction, sigma),
  };
}
