import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";

/** A tensor of a made-up file: type of the format, shape, and bytes if they are not to be zeros. */
export interface MadeTensor {
  readonly dtype: keyof typeof sizes;
  readonly shape: readonly number[];
  readonly bytes?: Uint8Array;
}

const sizes = { F64: 8, F32: 4, F16: 2, BF16: 2, F8_E4M3: 1, I64: 8, U8: 1, BOOL: 1 };

/** The bytes before the data of a .safetensors file: length and header. */
export function headOf(header: string): Buffer {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

/** Writes a .safetensors file whose tensors lie in the order given. Zeros take no room on the disk. */
export function writeCheckpoint(
  path: string,
  tensors: Readonly<Record<string, MadeTensor>>,
  metadata?: Readonly<Record<string, string>>,
): void {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  const places = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const begin = end;
    end += sizes[dtype] * shape.reduce((product, side) => product * side, 1);
    header[name] = { dtype, shape, data_offsets: [begin, end] };
    return { begin, bytes };
  });
  const head = headOf(JSON.stringify(header));
  const file = openSync(path, "w");
  writeSync(file, head);
  for (const { begin, bytes } of places) if (bytes) writeSync(file, bytes, 0, bytes.length, head.length + begin);
  ftruncateSync(file, head.length + end);
  closeSync(file);
}

/** Writes a .safetensors file with a header as it is given and data of some bytes. */
export function writeRaw(path: string, header: string | object, dataBytes: number): void {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  writeFileSync(path, Buffer.concat([headOf(text), Buffer.alloc(dataBytes)]));
}
