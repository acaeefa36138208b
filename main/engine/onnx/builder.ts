import { type ElementType, elementBytes, type OnnxAttributes, type OnnxNode, type OnnxWeight } from "./document.ts";

/**
 * Writes nodes one after the other; every operation gives the name of its result. The same operation on the same values
 * is written once, so rules need not know what others have computed.
 */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly weights: OnnxWeight[] = [];
  readonly #known = new Map<string, readonly string[]>();
  readonly #prefix: string;
  #count = 0;

  /** Names of results begin with `prefix`, which no name of the graph around them may. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** One operation with one result. */
  op(op: string, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    return this.many(op, inputs, 1, attributes)[0];
  }

  /** One operation with several results. */
  many(op: string, inputs: readonly string[], count: number, attributes: OnnxAttributes = {}): readonly string[] {
    const key = JSON.stringify([op, inputs, count, attributes]);
    const known = this.#known.get(key);
    if (known) return known;
    const outputs = Array.from({ length: count }, () => this.#name(op));
    this.nodes.push({ op, inputs, outputs, attributes });
    this.#known.set(key, outputs);
    return outputs;
  }

  /** Makes a node that stands elsewhere known, so that the same operation is not written again. */
  know({ op, domain, inputs, outputs, attributes = {} }: OnnxNode): void {
    if (domain) return;
    const key = JSON.stringify([op, inputs, outputs.length, attributes]);
    if (!this.#known.has(key)) this.#known.set(key, outputs);
  }

  /** Whole numbers, [n]: shapes, axes. */
  ints(values: readonly number[]): string {
    return this.#constant("int64", [values.length], values);
  }

  /** One whole number without an axis. */
  int(value: number): string {
    return this.#constant("int64", [], [value]);
  }

  /** Numbers of a float type, row-major. */
  floats(values: readonly number[], shape: readonly number[], dtype: ElementType): string {
    return this.#constant(dtype, shape, values);
  }

  /** One number of a float type, without an axis. */
  scalar(value: number, dtype: ElementType): string {
    return this.#constant(dtype, [], [value]);
  }

  #constant(dtype: ElementType, shape: readonly number[], values: readonly number[]): string {
    const key = JSON.stringify([dtype, shape, values.map(String)]);
    const known = this.#known.get(key);
    if (known) return known[0];
    const name = this.#name("constant");
    this.weights.push({ name, dtype, shape, data: bytesOfNumbers(values, dtype) });
    this.#known.set(key, [name]);
    return name;
  }

  #name(op: string): string {
    this.#count += 1;
    return `${this.#prefix}${op}_${this.#count}`;
  }
}

/** Little-endian bytes of numbers. */
export function bytesOfNumbers(values: readonly number[], dtype: ElementType): Uint8Array {
  const bytes = new Uint8Array(values.length * elementBytes(dtype));
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (dtype === "float32") view.setFloat32(4 * i, value, true);
    else if (dtype === "float64") view.setFloat64(8 * i, value, true);
    else if (dtype === "int64") view.setBigInt64(8 * i, BigInt(value), true);
    else if (dtype === "float16") view.setUint16(2 * i, halfBits(value), true);
    else if (dtype === "bool") bytes[i] = value;
    else if (dtype === "bfloat16") view.setUint16(2 * i, singleBits(value) >>> 16, true);
    else throw new RangeError(`Constants of type ${dtype} are not written.`);
  });
  return bytes;
}

/** A single-precision number as bits, rounded so that the upper half is the nearest bfloat16. */
function singleBits(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  return Number.isFinite(value) ? bits + 0x7fff + ((bits >>> 16) & 1) : bits;
}

/** The nearest half-precision number, as bits. */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -24)));
  const steps = Math.round(size / 2 ** (exponent - 10));
  if (steps >= 2048) return sign | ((exponent + 16) << 10);
  return sign | (steps < 1024 ? steps : ((exponent + 15) << 10) + (steps - 1024));
}
