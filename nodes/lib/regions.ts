import { averagePool, cast, repeatRows, resize } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";

/**
 * A mask [1 or B, 1, H, W] as a map over the places of a latent, [B, 1, h, w] in its float type. Whole blocks of pixels
 * are averaged, so edges stay soft; other sizes are interpolated.
 */
export function regionOver(mask: Tensor, latent: Tensor): Tensor {
  const [batch, , height, width] = latent.shape;
  const [, , h, w] = mask.shape;
  const factor = h / height;
  const isWhole = Number.isInteger(factor) && w / width === factor;
  const sized = isWhole ? averagePool(mask, factor) : resize(mask, height, width, "bilinear");
  return cast(repeatRows(sized, batch), dtypeOf(latent));
}
