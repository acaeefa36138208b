import { isAbsolute, normalize } from "node:path";
import { type ElementType, type ExternalData, elementBytes, type OnnxWeight, typeOfNumber } from "./document.ts";
import { floatsOf, intsOf, type Place, skipInt } from "./fields.ts";
import { type FieldHead, fieldsUntil, type Scanner } from "./scanner.ts";

/** Contents up to this size are read at once: shapes, axes, scalars. */
const smallBytes = 512;

interface Raw {
  name: string;
  shape: number[];
  type: number;
  /** Bytes as stored, or where they lie. */
  data: Uint8Array | ExternalData | null;
  /** Numbers in fields of their own type. */
  numbers: number[];
  location: Record<string, string>;
  isExternal: boolean;
}

/** Reads a TensorProto; large contents stay where they are. Throws a RangeError for one whose size does not fit its shape. */
export function readTensor(place: Place, end: number): OnnxWeight {
  const raw = rawOf(place, end);
  const dtype = typeOfNumber(raw.type);
  if (!dtype) throw new RangeError(`“${raw.name}” has an element type (${raw.type}) that is not supported`);
  if (raw.shape.some((side) => side < 0)) throw new RangeError(`“${raw.name}” has a negative side`);
  const count = raw.shape.reduce((product, side) => product * side, 1);
  const bytes = count * elementBytes(dtype);
  const { name, shape } = raw;
  if (raw.isExternal) return { name, dtype, shape, data: externalOf(raw, bytes) };
  const data = raw.data ?? packed(raw.numbers, dtype);
  if (dtype !== "string" && data.length !== bytes) {
    throw new RangeError(`“${name}” should have ${bytes} bytes, but has ${data.length}`);
  }
  return { name, dtype, shape, data };
}

function rawOf({ scanner, file }: Place, end: number): Raw {
  const raw: Raw = { name: "", shape: [], type: 0, data: null, numbers: [], location: {}, isExternal: false };
  for (const field of fieldsUntil(scanner, end)) {
    const length = field.end - scanner.at;
    if (field.id === 1) raw.shape.push(...intsOf(scanner, field));
    else if (field.id === 2) raw.type = scanner.varint();
    else if (isBytes(field, length)) raw.data = { location: file, offset: scanner.at, length };
    else if (field.id === 4) addAll(raw.numbers, floatsOf(scanner, field.end));
    else if (field.id === 5 || field.id === 7 || field.id === 11) addAll(raw.numbers, intsOf(scanner, field));
    else if (field.id === 8) raw.name = scanner.text(length);
    else if (field.id === 9) {
      raw.data = length > smallBytes ? { location: file, offset: scanner.at, length } : scanner.bytes(length);
    } else if (field.id === 10) addAll(raw.numbers, doublesOf(scanner, field.end));
    else if (field.id === 13) Object.assign(raw.location, entryOf(scanner, field.end));
    else if (field.id === 14) raw.isExternal = scanner.varint() === 1;
    else skipInt(scanner, field);
  }
  return raw;
}

/** Many floats or doubles in a field of their type lie in the file as raw data would. */
function isBytes({ id, wire }: FieldHead, length: number): boolean {
  return (id === 4 || id === 10) && wire === 2 && length > smallBytes;
}

function addAll(list: number[], more: readonly number[]): void {
  for (const value of more) list.push(value);
}

function entryOf(scanner: Scanner, end: number): Record<string, string> {
  let [key, value] = ["", ""];
  for (const field of fieldsUntil(scanner, end)) {
    if (field.id === 1) key = scanner.text(field.end - scanner.at);
    else if (field.id === 2) value = scanner.text(field.end - scanner.at);
    else skipInt(scanner, field);
  }
  return { [key]: value };
}

function doublesOf(scanner: Scanner, end: number): number[] {
  const bytes = scanner.bytes(end - scanner.at);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) => view.getFloat64(8 * i, true));
}

function externalOf({ name, location }: Raw, bytes: number): ExternalData {
  const path = normalize(location.location ?? "");
  // Paths of every system are refused on every system: a model travels.
  const isOutside = isAbsolute(path) || /^[A-Za-z]:/.test(path) || path.split(/[\\/]/).includes("..");
  if (!location.location || isOutside) {
    throw new RangeError(`“${name}” keeps its data in “${location.location ?? ""}”, outside the model's folder`);
  }
  const [offset, length] = [Number(location.offset ?? 0), Number(location.length ?? bytes)];
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== bytes) {
    throw new RangeError(`“${name}” should have ${bytes} bytes, but points to ${length}`);
  }
  return { location: path, offset, length };
}

/** Little-endian bytes of numbers that stood in typed fields. */
function packed(numbers: readonly number[], dtype: ElementType): Uint8Array {
  switch (dtype) {
    case "float32":
      return new Uint8Array(Float32Array.from(numbers).buffer);
    case "float64":
      return new Uint8Array(Float64Array.from(numbers).buffer);
    case "int64":
    case "uint64":
      return new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);
    case "int32":
    case "uint32":
      return new Uint8Array(Int32Array.from(numbers).buffer);
    case "float16":
    case "bfloat16":
    case "int16":
    case "uint16":
      return new Uint8Array(Uint16Array.from(numbers).buffer);
    default:
      return Uint8Array.from(numbers);
  }
}
