import { sizeOf, type Tensor } from "./tensor.ts";

/** What a guidance does at one step: a value for each sample, of predictions in x0 space where nothing else is said. */
export interface GuidanceMeasures {
  readonly strong: number[];
  readonly weak: number[];
  /** Norm of strong − weak. */
  readonly difference: number[];
  /** Of the two predictions of the noise: between x − strong and x − weak. 0 where one of them vanishes. */
  readonly cosine: number[];
  /** Length of the difference along the strong prediction; below 0 where guidance shortens it. */
  readonly parallel: number[];
  /** Norm of what is left of the difference: parallel² + orthogonal² = difference². */
  readonly orthogonal: number[];
  /** ⟨guided − weak, strong − weak⟩ / ‖strong − weak‖²; 1 where the two agree. */
  readonly scale: number[];
}

/**
 * Measures predictions of one shape, [B, …], in a single pass over their values, accumulated in double. No derivative.
 * `guided` is what the guidance made of the two; without it there is no scale.
 */
export function measureGuidance(x: Tensor, strong: Tensor, weak: Tensor, guided: Tensor | null): GuidanceMeasures {
  const measures = emptyMeasures();
  const [batch, size] = rowsOf(x);
  for (let b = 0; b < batch; b++) addSample(measures, sumsOf(x, strong, weak, guided ?? weak, b * size, size));
  return guided ? measures : { ...measures, scale: [] };
}

function emptyMeasures(): GuidanceMeasures {
  return { strong: [], weak: [], difference: [], cosine: [], parallel: [], orthogonal: [], scale: [] };
}

/** Inner products: s strong, u weak, d = s − u, a = x − s, c = x − u, g = guided − u. */
interface Sums {
  readonly ss: number;
  readonly uu: number;
  readonly dd: number;
  readonly ds: number;
  readonly aa: number;
  readonly cc: number;
  readonly ac: number;
  readonly gd: number;
}

function sumsOf(x: Tensor, strong: Tensor, weak: Tensor, guided: Tensor, from: number, size: number): Sums {
  const [xs, strongs, weaks, guideds] = [x.data, strong.data, weak.data, guided.data];
  let [ss, uu, dd, ds, aa, cc, ac, gd] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = from; i < from + size; i++) {
    const s = strongs[i]!;
    const u = weaks[i]!;
    const d = s - u;
    const a = xs[i]! - s;
    const c = xs[i]! - u;
    ss += s * s;
    uu += u * u;
    dd += d * d;
    ds += d * s;
    aa += a * a;
    cc += c * c;
    ac += a * c;
    gd += (guideds[i]! - u) * d;
  }
  return { ss, uu, dd, ds, aa, cc, ac, gd };
}

function addSample(to: GuidanceMeasures, { ss, uu, dd, ds, aa, cc, ac, gd }: Sums): void {
  const parallel = ss === 0 ? 0 : ds / Math.sqrt(ss);
  to.strong.push(Math.sqrt(ss));
  to.weak.push(Math.sqrt(uu));
  to.difference.push(Math.sqrt(dd));
  to.cosine.push(aa === 0 || cc === 0 ? 0 : ac / Math.sqrt(aa * cc));
  to.parallel.push(parallel);
  to.orthogonal.push(Math.sqrt(Math.max(0, dd - parallel * parallel)));
  to.scale.push(dd === 0 ? 1 : gd / dd);
}

/** Euclidean norm of each sample of [B, …] as plain numbers, accumulated in double. No derivative. */
export function measureNorm({ data, shape }: Tensor): number[] {
  const [batch, size] = rowsOf({ shape });
  return Array.from({ length: batch }, (_, b) => {
    let total = 0;
    for (let i = b * size; i < (b + 1) * size; i++) total += data[i]! * data[i]!;
    return Math.sqrt(total);
  });
}

/** Samples of [B, …], and values of each. */
function rowsOf({ shape }: Pick<Tensor, "shape">): readonly [batch: number, size: number] {
  return [shape[0] ?? 0, sizeOf(shape.slice(1))];
}

/** Share of each sample's values outside 0..1: the clipping of pictures [B, 3, H, W] before they are clamped. */
export function measureClipping({ data, shape }: Tensor): number[] {
  const [batch, size] = rowsOf({ shape });
  return Array.from({ length: batch }, (_, b) => {
    let outside = 0;
    for (let i = b * size; i < (b + 1) * size; i++) if (data[i]! < 0 || data[i]! > 1) outside += 1;
    return outside / size;
  });
}

/** A map of lengths, one for each place of the latent. */
export interface LengthMap {
  /** Row-major, 255 = `top`. */
  readonly levels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The greatest length. */
  readonly top: number;
}

/** Norm of a − b over the channels at each place of the first sample of [B, C, h, w], for pictures: 256 levels. */
export function measureDifferenceMap(a: Tensor, b: Tensor): LengthMap {
  const [, channels, height, width] = a.shape as [number, number, number, number];
  const plane = height * width;
  const lengths = new Float64Array(plane);
  for (let c = 0, from = 0; c < channels; c++, from += plane) {
    for (let i = 0; i < plane; i++) {
      const difference = a.data[from + i]! - b.data[from + i]!;
      lengths[i]! += difference * difference;
    }
  }
  let top = 0;
  for (let i = 0; i < plane; i++) {
    lengths[i] = Math.sqrt(lengths[i]!);
    top = Math.max(top, lengths[i]!);
  }
  const levels = new Uint8Array(plane);
  const factor = top === 0 ? 0 : 255 / top;
  for (let i = 0; i < plane; i++) levels[i] = Math.round(lengths[i]! * factor);
  return { levels, width, height, top };
}
