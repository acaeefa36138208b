import fc from "fast-check";
import { expect, test } from "vitest";
import type { AnyTensor } from "../../../shared/tensor/tensor.ts";
import { FileError } from "./fileError.ts";
import { npyShape, readNpy, writeNpy } from "./npy.ts";

const shapes = fc.array(fc.nat(4), { maxLength: 4 });
const tensors: fc.Arbitrary<AnyTensor> = shapes.chain((shape) => {
  const size = shape.reduce((product, side) => product * side, 1);
  const exactly = { minLength: size, maxLength: size };
  return fc.oneof(
    fc.float32Array(exactly).map((data) => ({ data, shape })),
    fc.float64Array(exactly).map((data) => ({ data, shape })),
    fc.bigInt64Array(exactly).map((data) => ({ data, shape })),
  );
});

/** A file with a header of our choice, version 1.0 or 2.0. */
function file(header: string, values: Uint8Array, version = 1): Uint8Array {
  const text = Buffer.from(`${header}\n`, "latin1");
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([version, 0]), length, text, values]);
}

const header = (descr: string, shape: string, order = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

test("tensors come back in their own type, with every bit", () => {
  fc.assert(
    fc.property(tensors, (tensor) => {
      const bytes = writeNpy(tensor);
      expect(readNpy(bytes)).toEqual(tensor);
      expect(npyShape(bytes)).toEqual(tensor.shape);
      // The values start at a multiple of 64, as NumPy writes them, and may be read from any address.
      expect((bytes.length - tensor.data.byteLength) % 64).toBe(0);
      expect(readNpy(Buffer.concat([Buffer.of(0), bytes]).subarray(1))).toEqual(tensor);
    }),
  );
});

test("header versions 1 to 3 and NumPy's other number types are read", () => {
  const float = Buffer.from(Float32Array.of(1.5, -2).buffer);
  for (const version of [1, 2, 3])
    expect(readNpy(file(header("<f4", "(2,)"), float, version))).toEqual({
      data: Float32Array.of(1.5, -2),
      shape: [2],
    });
  const half = Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00).buffer);
  expect(readNpy(file(header("<f2", "(4,)"), half)).data).toEqual(Float32Array.of(1, -2, 2 ** -24, Infinity));
  expect(readNpy(file(header("|b1", "(2,)"), Buffer.of(1, 0))).data).toEqual(Float32Array.of(1, 0));
  const int = Buffer.from(Int32Array.of(-2147483648, 2147483647).buffer);
  expect(readNpy(file(header("<i4", "(2,)"), int)).data).toEqual(Float64Array.of(-2147483648, 2147483647));
  expect(readNpy(file(header("<f4", "()"), float))).toEqual({ data: Float32Array.of(1.5), shape: [] });
});

test("damage is refused or read, never anything else", () => {
  const whole = writeNpy({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] });
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(127), fc.nat(255), (length, at, byte) => {
      const bytes = whole.slice(0, length);
      if (at < length) bytes[at] = byte;
      try {
        readNpy(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
      }
    }),
    { numRuns: 1000 },
  );
});
