import { type AnyTensor, dtypeOf, sizeOf } from "../../../shared/tensor/tensor.ts";
import { fromHalf } from "../runtime/half.ts";
import { FileError } from "./fileError.ts";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const maxHeaderBytes = 1 << 20;

interface Header {
  /** "<f4" and the like. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly offset: number;
}

const bytesOf: Readonly<Record<string, number>> = {
  f2: 2,
  f4: 4,
  f8: 8,
  i1: 1,
  u1: 1,
  b1: 1,
  i2: 2,
  u2: 2,
  i4: 4,
  u4: 4,
  i8: 8,
  u8: 8,
};

/**
 * Reads NumPy's .npy: float32, float64 and int64 in their own type; float16 and small integers as float32, int32 and
 * unsigned ones as float64. Little-endian, C order; anything else is refused with a sentence (a FileError).
 */
export function readNpy(bytes: Uint8Array): AnyTensor {
  const { descr, shape, offset } = readHeader(bytes);
  const kind = descr.slice(1);
  const size = sizeOf(shape);
  const needed = size * bytesOf[kind];
  if (bytes.length - offset < needed)
    throw new FileError(
      `This .npy file is cut off: ${needed} bytes of values are announced, ${bytes.length - offset} are there.`,
    );
  // A copy at an even address: typed arrays cannot start anywhere. (A Buffer's own slice would share its pool.)
  const buffer = Uint8Array.from(bytes.subarray(offset, offset + needed)).buffer;
  switch (kind) {
    case "f4":
      return { data: new Float32Array(buffer), shape };
    case "f8":
      return { data: new Float64Array(buffer), shape };
    case "f2":
      return { data: fromHalf(new Uint16Array(buffer)), shape };
    case "i8":
      return { data: new BigInt64Array(buffer), shape };
    default:
      return { data: converted(kind, buffer, size), shape };
  }
}

function converted(kind: string, buffer: ArrayBufferLike, size: number): Float32Array | Float64Array {
  const view = new DataView(buffer);
  const read: Readonly<Record<string, (i: number) => number>> = {
    i1: (i) => view.getInt8(i),
    u1: (i) => view.getUint8(i),
    b1: (i) => view.getUint8(i),
    i2: (i) => view.getInt16(2 * i, true),
    u2: (i) => view.getUint16(2 * i, true),
    i4: (i) => view.getInt32(4 * i, true),
    u4: (i) => view.getUint32(4 * i, true),
    u8: (i) => Number(view.getBigUint64(8 * i, true)),
  };
  const isWide = kind === "i4" || kind === "u4" || kind === "u8";
  const data = isWide ? new Float64Array(size) : new Float32Array(size);
  for (let i = 0; i < size; i++) data[i] = read[kind](i);
  return data;
}

/** Shape of a .npy file from its first bytes; throws a FileError for anything else. */
export function npyShape(bytes: Uint8Array): readonly number[] {
  return readHeader(bytes).shape;
}

function readHeader(bytes: Uint8Array): Header {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) throw new FileError("This is no .npy file.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isShort = bytes[6] === 1;
  const start = isShort ? 10 : 12;
  const length = isShort
    ? view.getUint16(8, true)
    : bytes.length >= 12
      ? view.getUint32(8, true)
      : Number.POSITIVE_INFINITY;
  if (length > maxHeaderBytes || start + length > bytes.length)
    throw new FileError("The header of this .npy file is cut off.");
  const text = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));
  const descr = /'descr'\s*:\s*'([^']+)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sides = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || sides === undefined)
    throw new FileError("The header of this .npy file is damaged.");
  if (descr.startsWith(">")) throw new FileError("This .npy file is big-endian. Save it with dtype '<f4' or '<f8'.");
  if (!Object.hasOwn(bytesOf, descr.slice(1)))
    throw new FileError(`This .npy file holds values of type ${descr}. Save it as float32, float64 or int64.`);
  const shape = sides.split(",").flatMap((side) => (side.trim() === "" ? [] : [Number(side)]));
  if (shape.some((side) => !Number.isSafeInteger(side) || side < 0))
    throw new FileError("The shape of this .npy file is damaged.");
  if (order === "True" && shape.length > 1)
    throw new FileError("This .npy file is in Fortran order. Save it with numpy.ascontiguousarray.");
  return { descr, shape, offset: start + length };
}

const descrs = { float32: "<f4", float64: "<f8", int64: "<i8" } as const;

/** Writes a tensor as .npy in its own type (version 1.0, little-endian, C order). */
export function writeNpy(tensor: AnyTensor): Uint8Array {
  const { data, shape } = tensor;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const header = `{'descr': '${descrs[dtypeOf(tensor)]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padded = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11, " ");
  const values = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const bytes = new Uint8Array(10 + padded.length + 1 + values.length);
  bytes.set([...magic, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, padded.length + 1, true);
  bytes.set(new TextEncoder().encode(`${padded}\n`), 10);
  bytes.set(values, 10 + padded.length + 1);
  return bytes;
}
