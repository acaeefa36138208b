import { mirrored } from "./axisMaps.ts";
import { traced } from "./kernel.ts";
import { allocate, dtypeOf, type Tensor } from "./tensor.ts";

type Sides = readonly [batch: number, channels: number, height: number, width: number];

const sidesOf = (x: Tensor) => x.shape as Sides;

/** Means of blocks of `factor` × `factor`; x is [B, C, H, W] with sides that `factor` divides, the result [B, C, H / factor, W / factor]. */
export function averagePool(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = sidesOf(x);
  if (height % factor !== 0 || width % factor !== 0) {
    throw new RangeError(
      `${height} × ${width} cannot be cut into blocks of ${factor}. Take sides that ${factor} divides.`,
    );
  }
  const [h, w] = [height / factor, width / factor];
  const share = 1 / factor ** 2;
  const data = allocate(dtypeOf(x), batch * channels * h * w);
  const target = (i: number) => {
    const row = Math.floor(i / width);
    return (Math.floor(row / height) * h + Math.floor((row % height) / factor)) * w + Math.floor((i % width) / factor);
  };
  for (let i = 0; i < x.data.length; i++) data[target(i)] += share * x.data[i];
  return traced("averagePool", [x], { data, shape: [batch, channels, h, w] }, (g) => {
    const back = allocate(dtypeOf(x), x.data.length);
    for (let i = 0; i < back.length; i++) back[i] = share * g.data[target(i)];
    return [{ data: back, shape: x.shape }];
  });
}

/** Euclidean norm over the channels of [B, C, H, W] at each place, [B, 1, H, W]; its gradient at 0 is 0. */
export function channelNorm(x: Tensor): Tensor {
  const [batch, channels, height, width] = sidesOf(x);
  const plane = height * width;
  const data = allocate(dtypeOf(x), batch * plane);
  const place = (i: number) => Math.floor(i / (channels * plane)) * plane + (i % plane);
  for (let i = 0; i < x.data.length; i++) data[place(i)] += x.data[i] ** 2;
  for (let i = 0; i < data.length; i++) data[i] = Math.sqrt(data[i]);
  return traced("channelNorm", [x], { data, shape: [batch, 1, height, width] }, (g) => {
    const back = allocate(dtypeOf(x), x.data.length);
    for (let i = 0; i < back.length; i++) {
      const length = data[place(i)];
      back[i] = length === 0 ? 0 : (g.data[place(i)] * x.data[i]) / length;
    }
    return [{ data: back, shape: x.shape }];
  });
}

/** x times one factor for each place, in all channels: [B, C, H, W] and a map [B, 1, H, W]. */
export function mulMap(x: Tensor, map: Tensor): Tensor {
  const [, channels, height, width] = sidesOf(x);
  const plane = height * width;
  const place = (i: number) => Math.floor(i / (channels * plane)) * plane + (i % plane);
  const data = allocate(dtypeOf(x), x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = x.data[i] * map.data[place(i)];
  return traced("mulMap", [x, map], { data, shape: x.shape }, (g) => {
    const back = allocate(dtypeOf(map), map.data.length);
    for (let i = 0; i < g.data.length; i++) back[place(i)] += g.data[i] * x.data[i];
    return [mulMap(g, map), { data: back, shape: map.shape }];
  });
}

/**
 * Every plane of [B, C, H, W] filtered along both sides with one symmetric kernel of odd length; beyond the border the
 * plane is mirrored without repeating its edge.
 */
export function blurPlanes(x: Tensor, kernel: readonly number[]): Tensor {
  const data = alongBoth(x, kernel, gather);
  return traced("blurPlanes", [x], { data, shape: x.shape }, (g) => [
    { data: alongBoth(g, kernel, scatter), shape: x.shape },
  ]);
}

type Pass = (from: Tensor["data"], into: Tensor["data"], at: number, source: number, weight: number) => void;

const gather: Pass = (from, into, at, source, weight) => {
  into[at] += weight * from[source];
};
const scatter: Pass = (from, into, at, source, weight) => {
  into[source] += weight * from[at];
};

function alongBoth(x: Tensor, kernel: readonly number[], pass: Pass): Tensor["data"] {
  const [, , height, width] = sidesOf(x);
  const rows = alongOne(x, x.data, kernel, width, height, pass);
  return alongOne(x, rows, kernel, 1, width, pass);
}

/** One side: neighbours are `stride` numbers apart, and the side has `length` of them. */
function alongOne(
  x: Tensor,
  from: Tensor["data"],
  kernel: readonly number[],
  stride: number,
  length: number,
  pass: Pass,
): Tensor["data"] {
  const into = allocate(dtypeOf(x), from.length);
  const reach = (kernel.length - 1) / 2;
  for (let at = 0; at < from.length; at++) {
    const position = Math.floor(at / stride) % length;
    for (let k = -reach; k <= reach; k++) {
      pass(from, into, at, at + (mirrored(position + k, length) - position) * stride, kernel[k + reach]);
    }
  }
  return into;
}

/** A part of a plane; columns may reach beyond the right edge and go on at the left one. */
export interface PlaneWindow {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The window of every plane of [B, C, H, W]: [B, C, h, w]. */
export function cropWindow(x: Tensor, window: PlaneWindow): Tensor {
  const [batch, channels] = sidesOf(x);
  const data = allocate(dtypeOf(x), batch * channels * window.height * window.width);
  eachPlace(x.shape as Sides, window, (whole, part) => {
    data[part] = x.data[whole];
  });
  const shape = [batch, channels, window.height, window.width];
  return traced("cropWindow", [x], { data, shape }, (g) => [placeWindow(g, x.shape, window)]);
}

/** The reverse of cropping: zeros of `shape` [B, C, H, W] with x, [B, C, h, w], in the window. */
export function placeWindow(x: Tensor, shape: readonly number[], window: PlaneWindow): Tensor {
  const [batch, channels, height, width] = shape as Sides;
  const data = allocate(dtypeOf(x), batch * channels * height * width);
  eachPlace(shape as Sides, window, (whole, part) => {
    data[whole] += x.data[part];
  });
  return traced("placeWindow", [x], { data, shape }, (g) => [cropWindow(g, window)]);
}

function eachPlace(
  [batch, channels, rows, columns]: Sides,
  { top, left, height, width }: PlaneWindow,
  visit: (whole: number, part: number) => void,
): void {
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < height; y++) {
      for (let i = 0; i < width; i++) {
        visit((plane * rows + top + y) * columns + ((left + i) % columns), (plane * height + y) * width + i);
      }
    }
  }
}
