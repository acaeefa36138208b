import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { CheckpointError } from "./error.ts";
import type { Checkpoint, StoredTensor } from "./safetensors.ts";

/** A checkpoint of float32 tensors of given shapes, as if they lay in the file at `path` one after the other. */
export function shapedCheckpoint(path: string, shapes: Iterable<readonly [string, readonly number[]]>): Checkpoint {
  const tensors = new Map<string, StoredTensor>();
  let offset = 0;
  for (const [name, shape] of shapes) {
    const length = 4 * shape.reduce((product, side) => product * side, 1);
    tensors.set(name, { name, dtype: "float32", shape, offset, length });
    offset += length;
  }
  return { path, tensors, metadata: {} };
}

/**
 * Reads a list of keys and shapes: one tensor a line, `key<TAB>640x320x3x3`; nothing after the tab is a scalar. Throws a
 * CheckpointError that names the line.
 */
export function readManifest(path: string): Checkpoint {
  const names = new Set<string>();
  const shapes: [string, number[]][] = [];
  for (const [i, line] of textOf(path).split(/\r?\n/).entries()) {
    if (line === "") continue;
    const match = /^([^\t]+)\t((?:\d+(?:x\d+)*)?)$/.exec(line);
    const [, name, sides] = match ?? [];
    if (!match || names.has(name)) {
      const what = match ? `has “${name}” again` : "is no key, tab and shape such as 640x320x3x3";
      throw new CheckpointError(`${basename(path)} is no list of keys: line ${i + 1} ${what}. Correct that line.`);
    }
    names.add(name);
    shapes.push([name, sides === "" ? [] : sides.split("x").map(Number)]);
  }
  return shapedCheckpoint(path, shapes);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new CheckpointError(`${basename(path)} cannot be read. Choose another file.`);
  }
}
