import { closeSync, openSync, readSync } from "node:fs";
import { fromBrainHalf, fromHalf } from "../runtime/half.ts";
import { CheckpointError } from "./error.ts";
import type { StoredTensor } from "./safetensors.ts";

/** The bytes of a stored tensor. */
export function readBytes(path: string, { offset, length, name }: StoredTensor): Uint8Array {
  const bytes = new Uint8Array(length);
  const file = openSync(path, "r");
  try {
    if (readSync(file, bytes, 0, length, offset) !== length) throw new CheckpointError(`“${name}” cannot be read.`);
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** A stored tensor of floats as numbers. */
export function readNumbers(path: string, tensor: StoredTensor): Float32Array {
  const { buffer } = readBytes(path, tensor);
  switch (tensor.dtype) {
    case "float32":
      return new Float32Array(buffer);
    case "float16":
      return fromHalf(new Uint16Array(buffer));
    case "bfloat16":
      return fromBrainHalf(new Uint16Array(buffer));
    case "float64":
      return Float32Array.from(new Float64Array(buffer));
    default:
      throw new CheckpointError(`“${tensor.name}” is of type ${tensor.dtype}, where numbers are needed.`);
  }
}
