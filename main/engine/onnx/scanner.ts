import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const windowBytes = 64 * 1024;

/** Weights are one field each, so that the largest models stay far below this. */
const maxFields = 8_000_000;

/** Reads protobuf fields of a file through a small window, so that gigabytes of weights are only stepped over. */
export class Scanner {
  readonly size: number;
  readonly #file: number;
  #window = Buffer.alloc(0);
  #start = 0;
  at = 0;
  /** How many fields were read so far. */
  fields = 0;

  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.size = fstatSync(this.#file).size;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** The next `length` bytes as a copy of their own. */
  bytes(length: number): Uint8Array {
    const at = this.#have(length);
    this.at += length;
    return Uint8Array.prototype.slice.call(this.#window, at, at + length);
  }

  text(length: number): string {
    const at = this.#have(length);
    this.at += length;
    return this.#window.toString("utf8", at, at + length);
  }

  /** An unsigned varint; numbers beyond 2^53 lose digits, which no length or id of a sound file has. */
  varint(): number {
    const near = this.at - this.#start;
    if (near >= 0 && near < this.#window.length && this.#window[near] < 0x80) {
      this.at += 1;
      return this.#window[near];
    }
    let value = 0;
    for (let factor = 1; factor < 2 ** 70; factor *= 128) {
      const at = this.#have(1);
      const part = this.#window[at];
      this.at += 1;
      value += (part & 0x7f) * factor;
      if (part < 0x80) return value;
    }
    throw new RangeError("a number is too long");
  }

  /** A varint read as a signed number of 64 bits; beyond 2^53 rounded. */
  signed(): number {
    const start = this.at;
    const value = this.varint();
    if (value < 2 ** 53) return value;
    // Negative numbers stand as two's complement, whose low digits a number cannot hold.
    const end = this.at;
    this.at = start;
    const exact = Array.from(this.bytes(end - start)).reduceRight((sum, part) => (sum << 7n) | BigInt(part & 0x7f), 0n);
    return Number(BigInt.asIntN(64, exact));
  }

  #have(length: number): number {
    if (this.at + length > this.size) throw new RangeError("it ends inside a field");
    if (this.at < this.#start || this.at + length > this.#start + this.#window.length) {
      const window = Buffer.alloc(Math.min(Math.max(length, windowBytes), this.size - this.at));
      let got = 0;
      while (got < window.length) {
        const read = readSync(this.#file, window, got, window.length - got, this.at + got);
        if (read === 0) throw new RangeError("it ends inside a field");
        got += read;
      }
      this.#window = window;
      this.#start = this.at;
    }
    return this.at - this.#start;
  }
}

/** One field of a message: its number, wire type, and for lengths the end of its content. */
export interface FieldHead {
  readonly id: number;
  readonly wire: number;
  readonly end: number;
}

/** Fields of a message up to `end`; the reader is left behind each field, whatever was read of it. */
export function* fieldsUntil(scanner: Scanner, end: number): Generator<FieldHead> {
  while (scanner.at < end) {
    const tag = scanner.varint();
    const id = Math.floor(tag / 8);
    const wire = tag % 8;
    scanner.fields += 1;
    if (scanner.fields > maxFields) throw new RangeError("it has more parts than any model");
    if (id === 0) throw new RangeError("a field has no number");
    if (wire === 0) {
      yield { id, wire, end: scanner.at };
      continue;
    }
    const length = wire === 2 ? scanner.varint() : wire === 1 ? 8 : wire === 5 ? 4 : -1;
    if (length < 0) throw new RangeError(`field ${id} has a type that no ONNX file has`);
    const fieldEnd = scanner.at + length;
    if (fieldEnd > end) throw new RangeError("a field is longer than the message around it");
    yield { id, wire, end: fieldEnd };
    scanner.at = fieldEnd;
  }
  if (scanner.at !== end) throw new RangeError("a message ends inside a field");
}
