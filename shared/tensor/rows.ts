import { traced } from "./kernel.ts";
import { allocate, dtypeOf, formatShape, sizeOf, type Tensor } from "./tensor.ts";

function rowSize(x: Tensor): number {
  return sizeOf(x.shape.slice(1));
}

/** The same values under another shape. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  if (sizeOf(shape) !== x.data.length)
    throw new RangeError(`${formatShape(x.shape)} does not fill ${formatShape(shape)}.`);
  return traced("reshape", [x], { data: x.data, shape }, (g) => [reshape(g, x.shape)]);
}

/** Rows from..to of the batch axis, without copying. */
export function sliceRows(x: Tensor, from: number, to: number): Tensor {
  const size = rowSize(x);
  const result = { data: x.data.subarray(from * size, to * size), shape: [to - from, ...x.shape.slice(1)] };
  return traced("sliceRows", [x], result, (g) => {
    const back = allocate(dtypeOf(x), x.data.length);
    back.set(g.data, from * size);
    return [{ data: back, shape: x.shape }];
  });
}

/** Batches one after the other; all rows have one shape. */
export function concatRows(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0];
  const data = allocate(
    dtypeOf(parts[0]),
    parts.reduce((sum, part) => sum + part.data.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const rows = parts.map((part) => part.shape[0]);
  const result = { data, shape: [rows.reduce((a, b) => a + b, 0), ...parts[0].shape.slice(1)] };
  return traced("concatRows", parts, result, (g) => {
    let row = 0;
    return rows.map((count) => {
      row += count;
      return sliceRows(g, row - count, row);
    });
  });
}

/** Chosen rows, in the given order. */
export function takeRows(x: Tensor, rows: readonly number[]): Tensor {
  return concatRows(rows.map((row) => sliceRows(x, row, row + 1)));
}

/** One row for every sample; a batch of the right size stays as it is. */
export function repeatRows(x: Tensor, count: number): Tensor {
  if (x.shape[0] === count) return x;
  if (x.shape[0] !== 1) throw new RangeError(`A batch of ${x.shape[0]} does not fit one of ${count}.`);
  return concatRows(Array.from({ length: count }, () => x));
}

/** Channels from..to of [B, C, …]. */
export function sliceChannels(x: Tensor, from: number, to: number): Tensor {
  const [batch, channels, ...rest] = x.shape;
  if (from === 0 && to === channels) return x;
  const size = sizeOf(rest);
  const data = allocate(dtypeOf(x), batch * (to - from) * size);
  for (let b = 0; b < batch; b++) {
    const at = b * channels * size;
    data.set(x.data.subarray(at + from * size, at + to * size), b * (to - from) * size);
  }
  return traced("sliceChannels", [x], { data, shape: [batch, to - from, ...rest] }, (g) => {
    const back = allocate(dtypeOf(x), x.data.length);
    for (let b = 0; b < batch; b++) {
      const own = (to - from) * size;
      back.set(g.data.subarray(b * own, (b + 1) * own), b * channels * size + from * size);
    }
    return [{ data: back, shape: x.shape }];
  });
}

/** Tensors of one shape as rows of a new leading axis. */
export function stack(parts: readonly Tensor[]): Tensor {
  return concatRows(parts.map((part) => reshape(part, [1, ...part.shape])));
}

/** One column of [B, N], as [B]. */
export function column(x: Tensor, index: number): Tensor {
  const [batch, width] = x.shape;
  const data = allocate(dtypeOf(x), batch);
  for (let b = 0; b < batch; b++) data[b] = x.data[b * width + index];
  return traced("column", [x], { data, shape: [batch] }, (g) => {
    const back = allocate(dtypeOf(x), x.data.length);
    for (let b = 0; b < batch; b++) back[b * width + index] = g.data[b];
    return [{ data: back, shape: x.shape }];
  });
}
