import { sizeOf, type Tensor } from "./tensor.ts";

/** What a guidance does at one step: a value for each sample, of predictions in x0 space where nothing else is said. */
export interface GuidanceMeasures {
  readonly strong: Float64Array;
  readonly weak: Float64Array;
  /** Norm of strong − weak. */
  readonly difference: Float64Array;
  /** Of the two predictions of the noise: between x − strong and x − weak. 0 where one of them vanishes. */
  readonly cosine: Float64Array;
  /** Length of the difference along the strong prediction; below 0 where guidance shortens it. */
  readonly parallel: Float64Array;
  /** Norm of what is left of the difference: parallel² + orthogonal² = difference². */
  readonly orthogonal: Float64Array;
  /** ⟨guided − weak, strong − weak⟩ / ‖strong − weak‖²; 1 where the two agree. */
  readonly scale: Float64Array;
}

/**
 * Measures predictions of one shape, [B, …], in a single pass over their values, accumulated in double. No derivative.
 * Without `guided`, what the guidance made of the two, the scale says nothing.
 */
export function measureGuidance(x: Tensor, strong: Tensor, weak: Tensor, guided: Tensor | null): GuidanceMeasures {
  const [xs, strongs, weaks, guideds] = [x.data, strong.data, weak.data, (guided ?? weak).data];
  const [batch, size] = rowsOf(x);
  const to = emptyMeasures(batch);
  // Plain variables for the sums: a batch may be thousands of points of two values each.
  for (let b = 0, i = 0; b < batch; b++) {
    let ss = 0;
    let uu = 0;
    let dd = 0;
    let ds = 0;
    let aa = 0;
    let cc = 0;
    let ac = 0;
    let gd = 0;
    for (const end = i + size; i < end; i++) {
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
    const parallel = ss === 0 ? 0 : ds / Math.sqrt(ss);
    to.strong[b] = Math.sqrt(ss);
    to.weak[b] = Math.sqrt(uu);
    to.difference[b] = Math.sqrt(dd);
    to.cosine[b] = aa === 0 || cc === 0 ? 0 : ac / Math.sqrt(aa * cc);
    to.parallel[b] = parallel;
    to.orthogonal[b] = Math.sqrt(Math.max(0, dd - parallel * parallel));
    to.scale[b] = dd === 0 ? 1 : gd / dd;
  }
  return to;
}

function emptyMeasures(batch: number): GuidanceMeasures {
  const one = () => new Float64Array(batch);
  return {
    strong: one(),
    weak: one(),
    difference: one(),
    cosine: one(),
    parallel: one(),
    orthogonal: one(),
    scale: one(),
  };
}

/** Euclidean norm of each sample of [B, …], accumulated in double. No derivative. */
export function measureNorm(x: Tensor): Float64Array {
  const { data } = x;
  const [batch, size] = rowsOf(x);
  const norms = new Float64Array(batch);
  for (let b = 0, i = 0; b < batch; b++) {
    let total = 0;
    for (const end = i + size; i < end; i++) total += data[i]! * data[i]!;
    norms[b] = Math.sqrt(total);
  }
  return norms;
}

/** Samples of [B, …], and values of each. */
function rowsOf({ shape }: Tensor): readonly [batch: number, size: number] {
  return [shape[0] ?? 0, sizeOf(shape.slice(1))];
}

/** Share of each sample's values outside 0..1: the clipping of pictures [B, 3, H, W] before they are clamped. */
export function measureClipping(x: Tensor): Float64Array {
  const { data } = x;
  const [batch, size] = rowsOf(x);
  const shares = new Float64Array(batch);
  for (let b = 0, i = 0; b < batch; b++) {
    let outside = 0;
    for (const end = i + size; i < end; i++) if (data[i]! < 0 || data[i]! > 1) outside += 1;
    shares[b] = outside / size;
  }
  return shares;
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
