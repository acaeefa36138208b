import type { NativeSpace } from "../denoiser.ts";
import { combine, scale } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The one place where network outputs become x0-predictions. `x` is x0 + sigma · eps everywhere; networks of the
 * variance-preserving kind see x / √(1 + sigma²), flow networks (1 − t)·x with t = sigma / (1 + sigma).
 */
export function networkInput(prediction: NativeSpace, x: Tensor, sigma: number): Tensor {
  return scale(x, prediction === "flow" ? 1 / (1 + sigma) : 1 / Math.sqrt(1 + sigma ** 2));
}

/** x0 from what a network predicts at x (arXiv:2206.00364, eq. 7; v: arXiv:2202.00512; flow: eps − x0). */
export function denoisedFrom(prediction: NativeSpace, x: Tensor, output: Tensor, sigma: number): Tensor {
  switch (prediction) {
    case "eps":
      return combine(x, 1, output, -sigma);
    case "v":
      return combine(x, 1 / (1 + sigma ** 2), output, -sigma / Math.sqrt(1 + sigma ** 2));
    case "flow":
      return combine(x, 1 / (1 + sigma), output, -sigma / (1 + sigma));
    case "x0":
      return output;
  }
}

/** What a network would predict at x for an x0-prediction: the inverse of `denoisedFrom`. sigma is above 0. */
export function predictionFrom(prediction: NativeSpace, x: Tensor, denoised: Tensor, sigma: number): Tensor {
  switch (prediction) {
    case "eps":
      return combine(x, 1 / sigma, denoised, -1 / sigma);
    case "v": {
      const root = Math.sqrt(1 + sigma ** 2);
      return combine(x, 1 / (sigma * root), denoised, -root / sigma);
    }
    case "flow":
      return combine(x, 1 / sigma, denoised, -(1 + sigma) / sigma);
    case "x0":
      return denoised;
  }
}
