import { type FileHandle, open } from "node:fs/promises";
import type { PortInfo } from "../../../shared/model.ts";

/** Element types of TensorProto that networks have as inputs. */
const dtypes: Readonly<Record<number, string>> = {
  1: "float32",
  6: "int32",
  7: "int64",
  9: "bool",
  10: "float16",
  11: "float64",
  16: "bfloat16",
};

const windowBytes = 64 * 1024;

/** Two numbers of at most ten bytes: a tag, then a length or a value. */
const longestHead = 20;

/** Reads a file at any place through a small window: graphs hold gigabytes of weights that are only stepped over. */
class WindowReader {
  readonly #file: FileHandle;
  #window = new Uint8Array(0);
  #start = 0;
  at = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Has the next field's tag and number in the window, where the file goes on that far. */
  async see(): Promise<void> {
    const left = this.#start + this.#window.length - this.at;
    if (this.at < this.#start || left < longestHead) await this.#load(windowBytes);
  }

  async bytes(length: number): Promise<Uint8Array> {
    if (this.at < this.#start || this.at + length > this.#start + this.#window.length)
      await this.#load(Math.max(length, windowBytes));
    const offset = this.at - this.#start;
    if (offset + length > this.#window.length) throw new RangeError("The file ends inside a field.");
    this.at += length;
    return this.#window.subarray(offset, offset + length);
  }

  /** The next number, which `see` has brought into the window: a wait for each byte would cost more than the reading. */
  varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 63; factor *= 128) {
      const part = this.#window[this.at++ - this.#start];
      if (part === undefined) throw new RangeError("The file ends inside a field.");
      value += (part & 0x7f) * factor;
      if (part < 0x80) return value;
    }
    throw new RangeError("A number is too long.");
  }

  async #load(length: number): Promise<void> {
    const buffer = new Uint8Array(length);
    const { bytesRead } = await this.#file.read(buffer, 0, length, this.at);
    this.#window = buffer.subarray(0, bytesRead);
    this.#start = this.at;
  }
}

interface Field {
  readonly id: number;
  readonly wire: number;
  /** Of a length-delimited field. */
  readonly length: number;
}

async function nextField(reader: WindowReader): Promise<Field> {
  await reader.see();
  const tag = reader.varint();
  const wire = tag & 7;
  const id = Math.floor(tag / 8);
  if (wire === 0) {
    reader.varint();
    return { id, wire, length: 0 };
  }
  const length = wire === 2 ? reader.varint() : wire === 1 ? 8 : wire === 5 ? 4 : -1;
  if (length < 0) throw new RangeError("This is no ONNX file.");
  return { id, wire, length };
}

/**
 * Inputs of an ONNX file by name, weights excluded, without reading the weights. A side is null where the graph leaves it
 * open. Throws a RangeError for a file that is not ONNX or is cut off.
 */
export async function graphInputs(path: string): Promise<Record<string, PortInfo>> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const reader = new WindowReader(file);
    while (reader.at < size) {
      const field = await nextField(reader);
      if (field.id === 7 && field.wire === 2)
        return await inputsOfGraph(reader, Math.min(size, reader.at + field.length));
      reader.at += field.length;
    }
    throw new RangeError("This file has no graph.");
  } finally {
    await file.close();
  }
}

async function inputsOfGraph(reader: WindowReader, end: number): Promise<Record<string, PortInfo>> {
  const inputs: Record<string, PortInfo> = {};
  while (reader.at < end) {
    const field = await nextField(reader);
    if (field.id === 11 && field.wire === 2) {
      const [name, info] = valueInfo(await reader.bytes(field.length));
      inputs[name] = info;
    } else reader.at += field.length;
  }
  return inputs;
}

/** Fields of a message in memory: [id, number or bytes]. */
function* fieldsOf(bytes: Uint8Array): Generator<readonly [number, number | Uint8Array]> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const part = bytes[at++];
      if (part === undefined) throw new RangeError("A message ends inside a number.");
      value += (part & 0x7f) * factor;
      if (part < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const id = Math.floor(tag / 8);
    const wire = tag & 7;
    if (wire === 0) yield [id, varint()];
    else {
      const length = wire === 2 ? varint() : wire === 1 ? 8 : 4;
      yield [id, bytes.subarray(at, at + length)];
      at += length;
    }
  }
}

function messages(bytes: Uint8Array, id: number): Uint8Array[] {
  return [...fieldsOf(bytes)].flatMap(([field, value]) => (field === id && value instanceof Uint8Array ? [value] : []));
}

function valueInfo(bytes: Uint8Array): [string, PortInfo] {
  const name = new TextDecoder().decode(messages(bytes, 1)[0]);
  const tensor = messages(messages(bytes, 2)[0] ?? new Uint8Array(0), 1)[0];
  if (!tensor) return [name, { dtype: "other", shape: [] }];
  const elem = [...fieldsOf(tensor)].find(([id, value]) => id === 1 && typeof value === "number")?.[1] as
    | number
    | undefined;
  const dims = messages(messages(tensor, 2)[0] ?? new Uint8Array(0), 1);
  const shape = dims.map((dim) => {
    const value = [...fieldsOf(dim)].find(([id]) => id === 1)?.[1];
    return typeof value === "number" ? value : null;
  });
  return [name, { dtype: dtypes[elem ?? 0] ?? "other", shape }];
}
