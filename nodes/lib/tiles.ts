import type { ModelInfo } from "../../shared/model.ts";
import {
  add,
  addScaled,
  div,
  full,
  mean,
  mulSample,
  norm,
  type PlaneWindow,
  placeWindow,
  reshape,
  scale,
  shift,
  std,
  sub,
} from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";

export interface Tiling {
  /** Side of a window in pixels; 0 = the model's own size. */
  readonly window: number;
  /** Pixels from one window to the next; 0 = a quarter of the window. */
  readonly stride: number;
  readonly loop: boolean;
}

/**
 * Windows that cover a latent [B, C, h, w], row by row; all of one size. A window is never larger than the latent. In a
 * loop, windows may reach beyond the right edge; otherwise the last one ends at it.
 */
export function tilesOf(shape: readonly number[], model: ModelInfo | undefined, tiling: Tiling): PlaneWindow[] {
  const [, , rows, columns] = shape;
  const { factor = 1, width = 0, height = 0 } = model?.latent ?? {};
  const cells = (pixels: number) => Math.max(1, Math.round(pixels / factor));
  const side = (own: number, all: number) => {
    const wanted = tiling.window || own;
    return wanted === 0 ? all : Math.min(all, cells(wanted));
  };
  const [h, w] = [side(height, rows), side(width, columns)];
  const step = (length: number) => (tiling.stride === 0 ? Math.max(1, Math.floor(length / 4)) : cells(tiling.stride));
  const tops = startsOf(rows, h, step(h), false);
  const lefts = startsOf(columns, w, step(w), tiling.loop);
  return tops.flatMap((top) => lefts.map((left) => ({ top, left, height: h, width: w })));
}

function startsOf(length: number, window: number, stride: number, loop: boolean): number[] {
  if (window >= length) return [0];
  const end = loop ? length - 1 : length - window;
  const starts = Array.from({ length: Math.floor(end / stride) + 1 }, (_, i) => i * stride);
  return loop || starts[starts.length - 1] === end ? starts : [...starts, end];
}

/** The picture of `shape` that windows [B, C, h, w] show: the average where several overlap. */
export function blended(parts: readonly Tensor[], tiles: readonly PlaneWindow[], shape: readonly number[]): Tensor {
  const placed = parts.map((part, j) => placeWindow(part, shape, tiles[j]));
  const covered = parts.map((part, j) => placeWindow(full(part.shape, 1, dtypeOf(part)), shape, tiles[j]));
  return div(placed.reduce(add), covered.reduce(add));
}

/** Spreads below this are nothing. */
const tiny = 1e-12;

/** A prediction [B, C, h, w] with the mean and spread that each channel of the anchor has. */
export function likeAnchor(denoised: Tensor, anchor: Tensor): Tensor {
  const [own, other] = [flat(denoised), flat(anchor)];
  const centred = sub(own, level(mean(own), own));
  const stretched = mulSample(centred, div(std(other), shift(std(own), tiny)));
  return reshape(add(stretched, level(mean(other), own)), denoised.shape);
}

/** Channels as samples: [B · C, h, w]. */
function flat(x: Tensor): Tensor {
  const [batch, channels, height, width] = x.shape;
  return reshape(x, [batch * channels, height, width]);
}

/** One value for each sample in all its places. */
function level(values: Tensor, like: Tensor): Tensor {
  return mulSample(full(like.shape, 1, dtypeOf(like)), values);
}

/** x moved a part of the way by which its prediction should change. */
export function nudged(x: Tensor, denoised: Tensor, wanted: Tensor, part: number): Tensor {
  return addScaled(x, sub(wanted, denoised), part);
}

/** How far the channel means of windows lie from those of the middle one, on average over the windows: [B]. */
export function apart(parts: readonly Tensor[]): Tensor {
  const [batch, channels] = parts[0].shape;
  const means = parts.map((part) => reshape(mean(flat(part)), [batch, channels]));
  const middle = means[Math.floor(parts.length / 2)];
  const distances = means.map((one) => norm(sub(one, middle)));
  return scale(
    distances.reduce((sum, one) => add(sum, one)),
    1 / Math.max(1, parts.length - 1),
  );
}
