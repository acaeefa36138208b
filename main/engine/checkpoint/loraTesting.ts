import { expect } from "vitest";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import { encodeModel } from "../onnx/write.ts";
import { openGraph } from "../runtime/session.ts";
import type { Checkpoint } from "./safetensors.ts";
import { readNumbers } from "./tensorBytes.ts";
import { type MadeTensor, writeCheckpoint } from "./testing.ts";

/** Numbers in float64 with their shape. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

/** Evenly distributed numbers that float32 holds exactly, about as large as a trained matrix's. */
export function drawn(seed: number, shape: readonly number[], size = 0.3): Values {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const data = Float64Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(size * (state / 2 ** 31 - 1));
  });
  return { shape, data };
}

/** a [m, r] times b [r, n]. */
export function times(a: Values, b: Values): Values {
  const [rows, inner] = [a.shape[0], sizeOf(a.shape.slice(1))];
  const columns = sizeOf(b.shape.slice(1));
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      for (let j = 0; j < columns; j++) data[i * columns + j] += a.data[i * inner + k] * b.data[k * columns + j];
    }
  }
  return { shape: [rows, columns], data };
}

/** Numbers a row. */
export const inner = ({ shape }: Values) => shape.slice(1).reduce((product, side) => product * side, 1);

/** Σ core[i, j, …] · first[i, out] · second[j, in], written out. */
export function core(first: Values, second: Values, middle: Values): Values {
  const [r, q, ...kernel] = middle.shape;
  const size = kernel.reduce((product, side) => product * side, 1);
  const [out, into] = [first.shape[1], second.shape[1]];
  const data = new Float64Array(out * into * size);
  for (let o = 0; o < out; o++)
    for (let c = 0; c < into; c++)
      for (let k = 0; k < size; k++)
        for (let i = 0; i < r; i++)
          for (let j = 0; j < q; j++)
            data[(o * into + c) * size + k] +=
              middle.data[(i * q + j) * size + k] * first.data[i * out + o] * second.data[j * into + c];
  return { shape: [out, into, ...kernel], data };
}

export const turned = ({ shape: [rows, columns], data }: Values): Values => ({
  shape: [columns, rows],
  data: Float64Array.from({ length: rows * columns }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]),
});

/** Kronecker's product with the second's places innermost. */
export function kron(a: Values, b: Values): Values {
  const [p, q, r, s] = [a.shape[0], a.shape[1], b.shape[0], inner(b)];
  const data = Float64Array.from({ length: p * q * r * s }, (_, i) => {
    const [row, column] = [Math.floor(i / (q * s)), i % (q * s)];
    return a.data[Math.floor(row / r) * q + Math.floor(column / s)] * b.data[(row % r) * s + (column % s)];
  });
  return { shape: [p * r, q * s], data };
}

/** Numbers of a file's tensor in float64. */
export function valuesOf(checkpoint: Checkpoint, key: string): Values {
  const tensor = checkpoint.tensors.get(key);
  if (!tensor) throw new Error(`The fixture has no ${key}.`);
  return { shape: tensor.shape, data: Float64Array.from(readNumbers(checkpoint.path, tensor)) };
}

export const single = ({ shape, data }: Values): MadeTensor => ({
  dtype: "F32",
  shape,
  bytes: new Uint8Array(Float32Array.from(data).buffer),
});

/** Writes numbers as float32 under their keys. */
export function writeValues(path: string, tensors: Readonly<Record<string, Values>>, metadata = {}): void {
  const made = Object.entries(tensors).map(([key, values]) => [key, single(values)] as const);
  writeCheckpoint(path, Object.fromEntries(made), metadata);
}

/** Runs a graph once on the weights beside `path`. */
export async function runOnce(
  path: string,
  graph: OnnxGraph,
  feeds: Parameters<Awaited<ReturnType<typeof openGraph>>["run"]>[0],
) {
  const session = await openGraph(path, encodeModel(graph), { provider: "cpu", threads: 1 });
  try {
    return (await session.run(feeds)) as Record<string, Tensor>;
  } finally {
    await session.release();
  }
}

/** ‖a − b‖ / ‖b‖. */
export function distance(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(got.length).toBe(wanted.length);
  let [difference, size] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    difference += (got[i] - wanted[i]) ** 2;
    size += wanted[i] ** 2;
  }
  return Math.sqrt(difference / size);
}
