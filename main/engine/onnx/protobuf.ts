/** A message as pieces, so that weights are views and never copied until the file is written. */
export type Pieces = readonly Uint8Array[];

/** Bytes of a varint; negative numbers take ten, as two's complement of 64 bits. */
function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}

/** Field of wire type 0: a whole number. */
export function intField(id: number, value: number | bigint): Pieces {
  return [varint(id * 8), varint(value)];
}

/** Field of wire type 5: a float32. */
export function floatField(id: number, value: number): Pieces {
  return [varint(id * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)];
}

/** Field of wire type 2: bytes, or a message of pieces. */
export function bytesField(id: number, value: Uint8Array | Pieces): Pieces {
  const pieces = value instanceof Uint8Array ? [value] : value;
  return [varint(id * 8 + 2), varint(lengthOf(pieces)), ...pieces];
}

/** Field of wire type 2: UTF-8 text. */
export function textField(id: number, value: string): Pieces {
  return bytesField(id, new TextEncoder().encode(value));
}

/** Repeated whole numbers in one packed field. */
export function packedField(id: number, values: readonly (number | bigint)[]): Pieces {
  return bytesField(id, values.map(varint));
}

/** Repeated float32 numbers in one packed field. */
export function packedFloats(id: number, values: readonly number[]): Pieces {
  return bytesField(id, new Uint8Array(Float32Array.from(values).buffer));
}

/** All pieces one after the other. */
export function joined(pieces: Pieces): Uint8Array {
  const bytes = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function lengthOf(pieces: Pieces): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
