import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import {
  add,
  addScaled,
  affine,
  alongAxis,
  axisMap,
  cast,
  clamp,
  div,
  fromNumbers,
  repeatRows,
  scale,
} from "../../shared/tensor/index.ts";
import { dtypeOf, formatShape, type Tensor } from "../../shared/tensor/tensor.ts";

/** Ports and parameters of nodes that draw a mask: how many pixels it has. */
export const canvas = {
  inputs: {
    like: port.latent("picture or latent whose size the mask takes; width and height count without it", {
      optional: true,
      accepts: ["image", "mask", "tensor"],
    }),
  },
  params: {
    width: param.integer({
      default: 256,
      min: 1,
      max: 16384,
      unit: "px",
      onCard: false,
      about: "Columns of the mask.",
    }),
    height: param.integer({ default: 256, min: 1, max: 16384, unit: "px", onCard: false, about: "Rows of the mask." }),
  },
} as const;

interface Sizes {
  readonly width: number;
  readonly height: number;
}

/** [1, 1, H, W] of a mask that is drawn: the size of `like`, if it is there. */
export function maskShape(like: { readonly shape: readonly number[] } | undefined, { width, height }: Sizes): number[] {
  return like && like.shape.length >= 2 ? [1, 1, ...like.shape.slice(-2)] : [1, 1, height, width];
}

/** A mask from a function of the place (0..1 from left and top, pixel centres) and the side of a pixel. */
export function drawMask(shape: readonly number[], at: (x: number, y: number) => number): Tensor {
  const [, , height, width] = shape;
  const values = Array.from({ length: height * width }, (_, i) =>
    at(((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height),
  );
  return fromNumbers(values, shape);
}

/**
 * Coverage of a pixel by a shape whose edge is so far away (negative inside): falls over `soft`, or over the pixel itself
 * where that is wider. All in the same unit.
 */
export function coverage(distance: number, soft: number, pixel: number): number {
  return Math.min(1, Math.max(0, 0.5 - distance / Math.max(soft, pixel)));
}

/**
 * The map of one axis to another length: the mean over what a new pixel covers where there are fewer, linear
 * interpolation between pixel centres where there are more.
 */
export function resized(from: number, to: number) {
  const rows = Array.from({ length: to }, (_, i) => {
    const row = new Array<number>(from).fill(0);
    if (to < from) {
      const [start, end] = [(i * from) / to, ((i + 1) * from) / to];
      for (let k = Math.floor(start); k < Math.min(from, Math.ceil(end)); k++)
        row[k] = (Math.min(end, k + 1) - Math.max(start, k)) / (end - start);
      return row;
    }
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const low = Math.floor(at);
    row[low] += 1 - (at - low);
    row[Math.min(from - 1, low + 1)] += at - low;
    return row;
  });
  return axisMap(rows);
}

/** A mask [B, 1, h, w] in the size, type and number of samples of `like` [B, C, H, W]. Throws a sentence if it is none. */
export function fitMask(mask: Tensor, like: Tensor): Tensor {
  const [batch, , height, width] = like.shape;
  const [rows, channels, h, w] = mask.shape;
  if (mask.shape.length !== 4 || channels !== 1)
    throw new Error(
      `A mask is B × 1 × height × width, but this is ${formatShape(mask.shape)}. Make it from one channel.`,
    );
  if (rows !== 1 && rows !== batch)
    throw new Error(`The mask has ${rows} samples, but the latent has ${batch}. Give it one, or as many.`);
  let fitted = cast(mask, dtypeOf(like));
  if (h !== height) fitted = alongAxis(fitted, 2, resized(h, height));
  if (w !== width) fitted = alongAxis(fitted, 3, resized(w, width));
  return rows === batch ? fitted : repeatRows(fitted, batch);
}

/** Remembers what a function gives for a tensor's shape and type: masks stay the same through a walk. */
export function onceForShape<T>(make: (like: Tensor) => T): (like: Tensor) => T {
  const known = new Map<string, T>();
  return (like) => {
    const key = `${dtypeOf(like)} ${like.shape}`;
    if (!known.has(key)) known.set(key, make(like));
    return known.get(key)!;
  };
}

/**
 * Shares of several regions at each place, 1 together: masks times strengths over their sum. With `fills` one more
 * share, the last, takes what is left to 1; without it, places that no mask covers belong to all alike.
 * @param masks of one size, [B, 1, H, W]
 */
export function sharesOf(masks: readonly Tensor[], strengths: readonly number[], fills: boolean): readonly Tensor[] {
  const weights = masks.map((mask, i) => scale(mask, strengths[i] ?? 1));
  const sum = weights.slice(1).reduce((total, weight) => add(total, weight), weights[0]);
  // 1 where the sum is 0, and 0 where anything is there.
  const left = fills ? clamp(affine(sum, -1, 1), 0, 1) : clamp(affine(sum, -1e9, 1), 0, 1);
  const total = addScaled(sum, left, fills ? 1 : weights.length);
  const shares = weights.map((weight) => div(fills ? weight : add(weight, left), total));
  return fills ? [...shares, div(left, total)] : shares;
}
