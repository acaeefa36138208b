import { traced } from "./kernel.ts";
import { allocate, dtypeOf, type Tensor } from "./tensor.ts";

/** Image or latent [B, C, H, W] with every channel times a factor plus an offset of its own. */
export function affineChannels(x: Tensor, factors: readonly number[], offsets: readonly number[]): Tensor {
  const [, channels, height, width] = x.shape;
  const plane = height * width;
  const data = allocate(dtypeOf(x), x.data.length);
  for (let i = 0; i < data.length; i++) {
    const channel = Math.floor(i / plane) % channels;
    data[i] = x.data[i] * factors[channel] + offsets[channel];
  }
  const zero = factors.map(() => 0);
  return traced("affineChannels", [x], { data, shape: x.shape }, (g) => [affineChannels(g, factors, zero)]);
}

/** Puts a picture [1, C, h, w] on a larger one at a row and column; returns a new one. */
export function paste(onto: Tensor, picture: Tensor, top: number, left: number): Tensor {
  const [, channels, height, width] = onto.shape;
  const [, , h, w] = picture.shape;
  const data = onto.data.slice();
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < h; y++) {
      const from = (c * h + y) * w;
      data.set(picture.data.subarray(from, from + w), (c * height + top + y) * width + left);
    }
  }
  return { data, shape: onto.shape };
}

/** One axis of a resize: for each target place two source places and the weight of the second (pixel centres, no wrap). */
function taps(from: number, to: number, mode: "nearest" | "bilinear") {
  return Array.from({ length: to }, (_, i) => {
    const at = ((i + 0.5) * from) / to - 0.5;
    if (mode === "nearest") {
      const near = Math.min(from - 1, Math.floor(((i + 0.5) * from) / to));
      return { low: near, high: near, weight: 0 };
    }
    const low = Math.max(0, Math.min(from - 1, Math.floor(at)));
    return { low, high: Math.min(from - 1, low + 1), weight: Math.min(1, Math.max(0, at - low)) };
  });
}

/** [B, C, H, W] at another size. Half-pixel centres as PyTorch's interpolate with align_corners off, without antialiasing. */
export function resize(x: Tensor, height: number, width: number, mode: "nearest" | "bilinear"): Tensor {
  const [batch, channels, h, w] = x.shape;
  const rows = taps(h, height, mode);
  const columns = taps(w, width, mode);
  const data = allocate(dtypeOf(x), batch * channels * height * width);
  const visit = (use: (target: number, source: number, weight: number) => void) => {
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let y = 0; y < height; y++) {
        for (let column = 0; column < width; column++) {
          const target = (plane * height + y) * width + column;
          const { low: top, high: bottom, weight: v } = rows[y];
          const { low: left, high: right, weight: u } = columns[column];
          use(target, (plane * h + top) * w + left, (1 - v) * (1 - u));
          use(target, (plane * h + top) * w + right, (1 - v) * u);
          use(target, (plane * h + bottom) * w + left, v * (1 - u));
          use(target, (plane * h + bottom) * w + right, v * u);
        }
      }
    }
  };
  visit((target, source, weight) => {
    data[target] += weight * x.data[source];
  });
  return traced("resize", [x], { data, shape: [batch, channels, height, width] }, (g) => {
    const back = allocate(dtypeOf(x), x.data.length);
    visit((target, source, weight) => {
      back[source] += weight * g.data[target];
    });
    return [{ data: back, shape: x.shape }];
  });
}
