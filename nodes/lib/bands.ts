import { type AxisMap, add, alongAxis, cosineLowPass, pyramidDown, pyramidUp, sub } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** How a picture is split into bands of frequencies. */
export type Split = "laplacian" | "cosine";

/** Bands of a picture [B, C, H, W], the finest first. */
export function bandsOf(x: Tensor, levels: number, split: Split): Tensor[] {
  return split === "laplacian" ? pyramid(x, levels) : cosineBands(x, levels);
}

/** The picture whose bands these are. */
export function joinBands(bands: readonly Tensor[], split: Split): Tensor {
  if (split === "cosine") return bands.reduce(add);
  return bands.reduceRight((coarse, band) => add(band, planes(coarse, pyramidUp, band.shape)));
}

/** Laplacian pyramid (Burt and Adelson): each band is what the next smaller picture does not tell. */
function pyramid(x: Tensor, levels: number): Tensor[] {
  const bands: Tensor[] = [];
  let picture = x;
  for (let level = 1; level < levels; level++) {
    const half = planes(picture, pyramidDown, picture.shape);
    bands.push(sub(picture, planes(half, pyramidUp, picture.shape)));
    picture = half;
  }
  return [...bands, picture];
}

/** Orthogonal bands of the cosine transform: each holds what the lower half of the frequencies before it leaves. */
function cosineBands(x: Tensor, levels: number): Tensor[] {
  const bands: Tensor[] = [];
  let low = x;
  for (let level = 1; level < levels; level++) {
    const lower = planes(x, (side) => cosineLowPass(side, Math.ceil(side / 2 ** level)), x.shape);
    bands.push(sub(low, lower));
    low = lower;
  }
  return [...bands, low];
}

/** A map of both sides of each plane; it is made for the sides of `shape`. */
function planes(x: Tensor, map: (side: number) => AxisMap, [, , height, width]: readonly number[]): Tensor {
  return alongAxis(alongAxis(x, 2, map(height)), 3, map(width));
}
