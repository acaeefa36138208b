import { traced } from "./kernel.ts";
import { allocate, dtypeOf, sizeOf, type Tensor } from "./tensor.ts";

/** A number for each sample, [B], of a function over the sample's values; the accumulation is the function's, in double. */
function perSample(x: Tensor, f: (start: number, end: number) => number): Tensor {
  const batch = x.shape[0];
  const size = sizeOf(x.shape.slice(1));
  const data = allocate(dtypeOf(x), batch);
  for (let b = 0; b < batch; b++) data[b] = f(b * size, (b + 1) * size);
  return { data, shape: [batch] };
}

/** x times one factor for each sample, [B]. */
export function mulSample(x: Tensor, factors: Tensor): Tensor {
  const size = sizeOf(x.shape.slice(1));
  const data = allocate(dtypeOf(x), x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = x.data[i] * factors.data[Math.floor(i / size)];
  return traced("mulSample", [x, factors], { data, shape: x.shape }, (g) => [mulSample(g, factors), dot(g, x)]);
}

/** Inner product for each sample, [B]. */
export function dot(a: Tensor, b: Tensor): Tensor {
  const result = perSample(a, (start, end) => {
    let total = 0;
    for (let i = start; i < end; i++) total += a.data[i] * b.data[i];
    return total;
  });
  return traced("dot", [a, b], result, (g) => [mulSample(b, g), mulSample(a, g)]);
}

/** Sum for each sample, [B]. */
export function sum(x: Tensor): Tensor {
  const result = perSample(x, (start, end) => {
    let total = 0;
    for (let i = start; i < end; i++) total += x.data[i];
    return total;
  });
  return traced("sum", [x], result, (g) => [spread(g, x)]);
}

/** Mean for each sample, [B]. */
export function mean(x: Tensor): Tensor {
  const size = sizeOf(x.shape.slice(1));
  const total = sum({ data: x.data, shape: x.shape });
  const result = { data: total.data.map((value) => value / size) as Float32Array, shape: total.shape };
  return traced("mean", [x], result, (g) => [
    spread({ data: g.data.map((v) => v / size) as Float32Array, shape: g.shape }, x),
  ]);
}

/** One value for each sample, in all its places. */
function spread(values: Tensor, like: Tensor): Tensor {
  const size = sizeOf(like.shape.slice(1));
  const data = allocate(dtypeOf(like), like.data.length);
  for (let i = 0; i < data.length; i++) data[i] = values.data[Math.floor(i / size)];
  return { data, shape: like.shape };
}

/** Euclidean norm for each sample, [B]; its gradient at 0 is 0. */
export function norm(x: Tensor): Tensor {
  const result = perSample(x, (start, end) => {
    let total = 0;
    for (let i = start; i < end; i++) total += x.data[i] * x.data[i];
    return Math.sqrt(total);
  });
  return traced("norm", [x], result, (g) => {
    const factors = {
      data: g.data.map((v, b) => (result.data[b] === 0 ? 0 : v / result.data[b])) as Float32Array,
      shape: g.shape,
    };
    return [mulSample(x, factors)];
  });
}

/** Standard deviation for each sample, [B], over all its values (divided by their number). */
export function std(x: Tensor): Tensor {
  const size = sizeOf(x.shape.slice(1));
  const averages = mean({ data: x.data, shape: x.shape }).data;
  const result = perSample(x, (start, end) => {
    const average = averages[Math.floor(start / size)];
    let total = 0;
    for (let i = start; i < end; i++) total += (x.data[i] - average) ** 2;
    return Math.sqrt(total / size);
  });
  return traced("std", [x], result, (g) => {
    const data = allocate(dtypeOf(x), x.data.length);
    for (let i = 0; i < data.length; i++) {
      const b = Math.floor(i / size);
      data[i] = result.data[b] === 0 ? 0 : (g.data[b] * (x.data[i] - averages[b])) / (size * result.data[b]);
    }
    return [{ data, shape: x.shape }];
  });
}

/** Quantile q in 0..1 of each sample's values, [B], by linear interpolation (as numpy). */
export function quantile(x: Tensor, q: number): Tensor {
  const size = sizeOf(x.shape.slice(1));
  const low = Math.floor(q * (size - 1));
  const high = Math.min(low + 1, size - 1);
  const between = q * (size - 1) - low;
  const result = perSample(x, (start, end) => {
    const sorted = Float64Array.from(x.data.subarray(start, end)).sort();
    return sorted[low] + between * (sorted[high] - sorted[low]);
  });
  return traced("quantile", [x], result, (g) => {
    const back = allocate(dtypeOf(x), x.data.length);
    for (const [b, cotangent] of g.data.entries()) {
      const order = Array.from({ length: size }, (_, i) => b * size + i).sort((i, j) => x.data[i] - x.data[j]);
      back[order[low]] += cotangent * (1 - between);
      back[order[high]] += cotangent * between;
    }
    return [{ data: back, shape: x.shape }];
  });
}

/** Rows of [B, F] divided by their norm. */
export function normalizeRows(x: Tensor): Tensor {
  const lengths = norm(x);
  const data = allocate(dtypeOf(x), x.data.length);
  const size = sizeOf(x.shape.slice(1));
  for (let i = 0; i < data.length; i++) data[i] = x.data[i] / (lengths.data[Math.floor(i / size)] || 1);
  const result = { data, shape: x.shape };
  // d(x/|x|) = (g − u⟨u, g⟩) / |x|
  return traced("normalizeRows", [x], result, (g) => {
    const along = dot(g, result);
    const back = allocate(dtypeOf(x), x.data.length);
    for (let i = 0; i < back.length; i++) {
      const b = Math.floor(i / size);
      back[i] = (g.data[i] - result.data[i] * along.data[b]) / (lengths.data[b] || 1);
    }
    return [{ data: back, shape: x.shape }];
  });
}

/** Log-softmax over the last axis of [B, N]. */
export function logSoftmax(x: Tensor): Tensor {
  const width = x.shape[x.shape.length - 1];
  const data = allocate(dtypeOf(x), x.data.length);
  for (let start = 0; start < data.length; start += width) {
    const row = x.data.subarray(start, start + width);
    let top = -Infinity;
    for (const value of row) top = Math.max(top, value);
    let total = 0;
    for (const value of row) total += Math.exp(value - top);
    for (let i = 0; i < width; i++) data[start + i] = row[i] - top - Math.log(total);
  }
  return traced("logSoftmax", [x], { data, shape: x.shape }, (g) => {
    const back = allocate(dtypeOf(x), data.length);
    for (let start = 0; start < data.length; start += width) {
      let total = 0;
      for (let i = start; i < start + width; i++) total += g.data[i];
      for (let i = start; i < start + width; i++) back[i] = g.data[i] - Math.exp(data[i]) * total;
    }
    return [{ data: back, shape: x.shape }];
  });
}
