import { closeSync, openSync, readSync } from "node:fs";
import { fromHalf } from "../runtime/half.ts";
import type { StoredTensor } from "./safetensors.ts";

/** Reads a small tensor of a checkpoint as numbers; null for types that are not F32, F16 or BF16. */
export function readFloats(path: string, { dtype, offset, length }: StoredTensor): Float32Array | null {
  if (dtype !== "float32" && dtype !== "float16" && dtype !== "bfloat16") return null;
  const bytes = new Uint8Array(length);
  const file = openSync(path, "r");
  try {
    readSync(file, bytes, 0, length, offset);
  } finally {
    closeSync(file);
  }
  if (dtype === "float32") return new Float32Array(bytes.buffer);
  const words = new Uint16Array(bytes.buffer);
  if (dtype === "float16") return fromHalf(words);
  // The upper half of a float32.
  return new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer);
}
