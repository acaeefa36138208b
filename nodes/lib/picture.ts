import {
  alongAxis,
  axisMap,
  cast,
  fromNumbers,
  mean,
  mulMap,
  mulSample,
  repeatRows,
  reshape,
  scale,
  sum,
} from "../../shared/tensor/index.ts";
import { dtypeOf, formatShape, sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { resized } from "./mask.ts";

/** Brightness [B, 1, H, W] of a picture: the weights of Rec. 709 on its values as they are. Throws unless it has three colours. */
export function brightness(image: Tensor): Tensor {
  if (image.shape[1] !== 3)
    throw new Error(`A picture has 3 colours, but this is ${formatShape(image.shape)}. Decode latents first.`);
  return alongAxis(image, 1, axisMap([[0.2126, 0.7152, 0.0722]]));
}

/** [B, C, h, w] at another size: the mean over what a new pixel covers, or linear between centres. Differentiable. */
export function atSize(x: Tensor, height: number, width: number): Tensor {
  const rows = x.shape[2] === height ? x : alongAxis(x, 2, resized(x.shape[2], height));
  return x.shape[3] === width ? rows : alongAxis(rows, 3, resized(x.shape[3], width));
}

/** A picture to compare with in the size, type and number of samples of `like`. Throws a sentence if it cannot be. */
export function fitPicture(picture: Tensor, like: Tensor): Tensor {
  const [batch, channels, height, width] = like.shape;
  if (picture.shape.length !== 4 || picture.shape[1] !== channels)
    throw new Error(
      `${formatShape(picture.shape)} cannot be compared with ${formatShape(like.shape)}. Give a picture of ${channels} channels.`,
    );
  return fitRows(atSize(cast(picture, dtypeOf(like)), height, width), batch);
}

/** One row for all samples, or a row for each. Throws a sentence for another number. */
export function fitRows(rows: Tensor, batch: number): Tensor {
  if (rows.shape[0] !== 1 && rows.shape[0] !== batch)
    throw new Error(`There are ${rows.shape[0]} pictures to compare ${batch} with. Give one, or as many.`);
  return repeatRows(rows, batch);
}

/** Mean of every channel, [B, C]; where there is a mask [B, 1, H, W], by its weights. 0 under an empty mask. */
export function channelMeans(x: Tensor, mask?: Tensor): Tensor {
  const [batch, channels] = x.shape;
  const size = sizeOf(x.shape.slice(2));
  const row = new Array<number>(size).fill(1 / size);
  const means = (map: Tensor) => alongAxis(reshape(map, [batch, map.shape[1], size]), 2, axisMap([row]));
  const flat = reshape(means(mask ? mulMap(x, mask) : x), [batch, channels]);
  return mask ? mulSample(flat, inverse(mean(mask))) : flat;
}

/** Mean over the places that a mask [B, 1, H, W] counts, of all channels: [B]; 0 under an empty mask. */
export function maskedMean(x: Tensor, mask: Tensor): Tensor {
  return mulSample(scale(sum(mulMap(x, mask)), 1 / x.shape[1]), inverse(sum(mask)));
}

/** 1 over the mass of a mask, which is a constant; 0 for none. */
function inverse(mass: Tensor): Tensor {
  return fromNumbers(
    Array.from(mass.data, (value) => (value === 0 ? 0 : 1 / value)),
    mass.shape,
    dtypeOf(mass),
  );
}
