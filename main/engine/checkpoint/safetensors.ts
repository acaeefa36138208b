import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { type ElementType, elementBytes } from "../onnx/document.ts";
import { CheckpointError } from "./error.ts";
import { refuseForeign } from "./foreign.ts";
import { repeatedName } from "./headerNames.ts";

/** A tensor of a file: where its bytes lie, nothing of them read. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** From the beginning of the file. */
  readonly offset: number;
  readonly length: number;
  /** Of a tensor whose rows lie in several places: these, one below the other. Then the place itself says nothing. */
  readonly rows?: readonly StoredTensor[];
}

/** A .safetensors file by its header. */
export interface Checkpoint {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Longest header that is believed. */
const maxHeaderBytes = 100e6;

/** More sides than any layer's weight has, few enough for every product of them. */
const maxRank = 8;

const types: Readonly<Record<string, ElementType>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  F8_E4M3: "float8e4m3fn",
  F8_E5M2: "float8e5m2",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U64: "uint64",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  BOOL: "bool",
};

/**
 * Reads the header of a .safetensors file and checks all of it against the file's size. No weight is read. Throws a
 * CheckpointError with one sentence that says what is wrong and what to do.
 */
export function readCheckpoint(path: string): Checkpoint {
  const file = basename(path);
  const { header, size } = readHead(path, file);
  const start = 8 + header.length;
  const metadata: Record<string, string> = {};
  const tensors = new Map<string, StoredTensor>();
  for (const [name, value] of Object.entries(parseHeader(header, file))) {
    if (name === "__metadata__") Object.assign(metadata, textsOf(value));
    else tensors.set(name, tensorOf(name, value, start, file));
  }
  if (tensors.size === 0) throw new CheckpointError(`${file} holds no tensors. Download it again.`);
  checkPlaces([...tensors.values()], start, size, file);
  return { path, tensors, metadata };
}

/** Opens a file for its first bytes; what is no regular file would wait for ever. */
function openFile(path: string, file: string): number {
  try {
    if (!statSync(path).isFile()) throw new CheckpointError(`${file} is no file. Choose a .safetensors file.`);
    return openSync(path, "r");
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new CheckpointError(`${file} ${isMissing ? "does not exist. Choose another file" : "cannot be read"}.`);
  }
}

function readHead(path: string, file: string): { header: Buffer; size: number } {
  const handle = openFile(path, file);
  try {
    const { size } = fstatSync(handle);
    const head = Buffer.alloc(Math.min(512, size));
    readSync(handle, head, 0, head.length, 0);
    refuseForeign(head, file);
    if (size < 8) throw new CheckpointError(`${file} is cut off: it has only ${size} bytes. Download it again.`);
    const length = head.readBigUInt64LE(0);
    if (length > BigInt(maxHeaderBytes) || length < 2n) {
      throw new CheckpointError(
        `${file} is no .safetensors file: its header would have ${length} bytes. Choose another file.`,
      );
    }
    if (8 + Number(length) > size) {
      throw new CheckpointError(
        `${file} is cut off: it has ${size} bytes, but its header alone has ${8 + Number(length)}. Download it again.`,
      );
    }
    const header = Buffer.alloc(Number(length));
    readSync(handle, header, 0, header.length, 8);
    return { header, size };
  } finally {
    closeSync(handle);
  }
}

/** Entries of the header. Names that occur twice are an error: every reader would take another one. */
function parseHeader(header: Buffer, file: string): object {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(header);
    value = JSON.parse(text);
  } catch {
    throw new CheckpointError(`${file} is no .safetensors file, or it is damaged: its header is no JSON text.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CheckpointError(`${file} is no .safetensors file: its header is no list of tensors.`);
  }
  const repeated = repeatedName(text);
  if (repeated !== null) throw damagedFile(file, `its header has “${repeated}” twice`);
  return value;
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === "string")) as Record<
    string,
    string
  >;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function tensorOf(name: string, value: unknown, start: number, file: string): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const damaged = (what: string) => damagedFile(file, `“${name}” ${what}`);
  if (typeof dtype !== "string") throw damaged("has no type");
  if (!Object.hasOwn(types, dtype)) {
    throw new CheckpointError(
      `${file} cannot be used: “${name}” has the type ${dtype.slice(0, 40)}. Take a version in F32, F16 or BF16.`,
    );
  }
  const type = types[dtype];
  if (!Array.isArray(shape) || shape.length > maxRank || !shape.every(isCount)) throw damaged("has no proper shape");
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) || offsets[1] < offsets[0]) {
    throw damaged("has no proper place");
  }
  const length = offsets[1] - offsets[0];
  const needed = shape.reduce((product, side) => product * side, 1) * elementBytes(type);
  if (length !== needed) {
    throw damaged(`of shape [${shape.join(", ")}] in ${dtype} needs ${needed} bytes, but has ${length}`);
  }
  return { name, dtype: type, shape, offset: start + offsets[0], length };
}

/** Tensors fill the data area without holes and do not overlap. */
function checkPlaces(tensors: readonly StoredTensor[], start: number, size: number, file: string): void {
  let end = start;
  for (const { name, offset, length } of [...tensors].sort((a, b) => a.offset - b.offset || a.length - b.length)) {
    if (offset < end) throw damagedFile(file, `“${name}” overlaps the tensor before it`);
    if (offset > end) throw damagedFile(file, `there is a hole before “${name}”`);
    end = offset + length;
  }
  if (end > size) {
    throw new CheckpointError(
      `${file} is cut off: it has ${size} bytes, but its header speaks of ${end}. Download it again.`,
    );
  }
  if (end < size) throw damagedFile(file, `it has ${size - end} bytes more than its header speaks of`);
}

function damagedFile(file: string, what: string): CheckpointError {
  return new CheckpointError(`${file} is damaged: ${what}. Download it again.`);
}
