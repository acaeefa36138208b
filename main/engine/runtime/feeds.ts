import { type AnyTensor, sizeOf } from "../../../shared/tensor/tensor.ts";

type Data = AnyTensor["data"];

function allocateLike(data: Data, size: number): Data {
  return new (data.constructor as new (size: number) => Data)(size);
}

function build(data: Data, shape: readonly number[]): AnyTensor {
  return { data, shape } as AnyTensor;
}

/** Rows from..to without copying; with `size` larger than that, the last row fills the rest. */
export function sliceFeed({ data, shape }: AnyTensor, from: number, to: number, size: number): AnyTensor {
  if (shape.length === 0) return build(data, shape);
  const row = sizeOf(shape.slice(1));
  const part = data.subarray(from * row, to * row) as Data;
  if (size === to - from)
    return from === 0 && to === shape[0] ? build(data, shape) : build(part, [size, ...shape.slice(1)]);
  const filled = allocateLike(data, size * row);
  for (let i = 0; i < size; i++)
    filled.set(
      data.subarray(Math.min(from + i, to - 1) * row, (Math.min(from + i, to - 1) + 1) * row) as never,
      i * row,
    );
  return build(filled, [size, ...shape.slice(1)]);
}

/** One row for each of `rows` samples. */
export function repeatRow(feed: AnyTensor, rows: number): AnyTensor {
  if (feed.shape[0] === rows) return feed;
  if (feed.shape[0] !== 1)
    throw new RangeError(`A conditioning of ${feed.shape[0]} samples does not fit a batch of ${rows}.`);
  return concatFeeds(Array.from({ length: rows }, () => feed));
}

/** Batches one after the other. */
export function concatFeeds(feeds: readonly AnyTensor[]): AnyTensor {
  if (feeds.length === 1) return feeds[0];
  const total = feeds.reduce((sum, feed) => sum + feed.data.length, 0);
  const data = allocateLike(feeds[0].data, total);
  let at = 0;
  for (const feed of feeds) {
    data.set(feed.data as never, at);
    at += feed.data.length;
  }
  const rows = feeds.reduce((sum, feed) => sum + (feed.shape[0] ?? 1), 0);
  return build(data, [rows, ...feeds[0].shape.slice(1)]);
}

/** [B, T, F] with its keys repeated to a multiple of T: softmax attention over repeated keys and values is unchanged. */
export function repeatKeys({ data, shape }: AnyTensor, length: number): AnyTensor {
  const [batch, keys, ...rest] = shape;
  if (keys === length) return build(data, shape);
  const size = keys * sizeOf(rest);
  const repeated = allocateLike(data, (data.length / keys) * length);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < length / keys; i++)
      repeated.set(data.subarray(b * size, (b + 1) * size) as never, (b * (length / keys) + i) * size);
  }
  return build(repeated, [batch, length, ...rest]);
}
