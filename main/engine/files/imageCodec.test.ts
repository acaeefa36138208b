import { crc32 } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { FileError } from "./fileError.ts";
import { decodeImage, encodeImage, thumbnailPng } from "./imageCodec.ts";
import { imageSize } from "./imageSize.ts";
import { pngChunks, writePng } from "./png.ts";

/** [1, 3, height, width] of the levels 0..top in a row, over and over. */
function ramp(width: number, height: number, top: number): Tensor {
  const data = Float32Array.from({ length: 3 * width * height }, (_, i) => (i % (top + 1)) / top);
  return { data, shape: [1, 3, height, width] };
}

async function levels(bytes: Uint8Array, top: number): Promise<number[]> {
  return [...(await decodeImage(bytes)).tensor.data].map((value) => Number((value * top).toFixed(2)));
}

const solid = (background: string) => sharp({ create: { width: 2, height: 2, channels: 3, background } });

test("a PNG gives back every level of 8 and 16 bit", async () => {
  const shallow = ramp(16, 16, 255);
  const again = await decodeImage(await encodeImage(shallow, { format: "png", bitDepth: 8 }));
  expect(again.tensor).toEqual(shallow);
  const deep = ramp(256, 256, 65535);
  expect((await decodeImage(await encodeImage(deep, { format: "png", bitDepth: 16 }))).tensor).toEqual(deep);
});

test("values outside 0..1 are clamped, equal pictures give equal bytes, PNG is marked as sRGB", async () => {
  const wild: Tensor = { data: Float32Array.of(-3, 7, 0.5), shape: [3, 1, 1] };
  const bytes = await encodeImage(wild, { format: "png", bitDepth: 8, workflow: "{}" });
  expect(await levels(bytes, 255)).toEqual([0, 255, 128]);
  expect([...pngChunks(bytes)].map(({ type }) => type)).toEqual(["IHDR", "sRGB", "tEXt", "IDAT", "IEND"]);
  for (const format of ["png", "jpeg", "webp"] as const) {
    const make = () => encodeImage(ramp(20, 10, 255), { format, bitDepth: 8, workflow: '{"a":1}' });
    const first = await make();
    expect(await make()).toEqual(first);
    expect(imageSize(first)).toEqual({ width: 20, height: 10 });
  }
  expect(imageSize(await thumbnailPng(ramp(20, 10, 255)))).toEqual({ width: 20, height: 10 });
});

test("grey becomes three channels, transparency lies on white, in either depth", async () => {
  const grey = await sharp(Buffer.of(200), { raw: { width: 1, height: 1, channels: 1 } })
    .png()
    .toBuffer();
  expect(await levels(grey, 255)).toEqual([200, 200, 200]);
  const half = await sharp(Buffer.of(255, 0, 0, 51), { raw: { width: 1, height: 1, channels: 4 } })
    .png()
    .toBuffer();
  expect(await levels(half, 255)).toEqual([255, 204, 204]);
  const words = Uint16Array.of(65535, 0, 0, 13107);
  const deep = await sharp(words, { raw: { width: 1, height: 1, channels: 4 } })
    .toColourspace("rgb16")
    .png()
    .toBuffer();
  expect(await levels(deep, 65535)).toEqual([65535, 52428, 52428]);
});

/** A PNG with a chunk put in behind its header. */
function withChunk(png: Uint8Array, type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length);
  chunk.set(body, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

test("colour profiles are converted to sRGB, in either depth", async () => {
  const wide = await solid("#c04020").withIccProfile("p3").png().toBuffer();
  const near = async (bytes: Uint8Array, expected: readonly number[], most: number) => {
    for (const [i, level] of (await levels(bytes, 255)).entries())
      expect(Math.abs(level - expected[Math.floor(i / 4)])).toBeLessThan(most);
  };
  await near(wide, [192, 64, 32], 2);
  const stored = await sharp(wide, { ignoreIcc: true }).raw().toBuffer();
  expect([...stored.subarray(0, 3)]).not.toEqual([192, 64, 32]);
  const samples = Uint8Array.from({ length: 24 }, (_, i) => stored[Math.floor(i / 2) % 3]);
  const deep = writePng({ width: 2, height: 2, bitDepth: 16, samples, texts: {}, level: 6 });
  const chunks = [...pngChunks(deep)].length;
  const profile = [...pngChunks(wide)].find(({ type }) => type === "iCCP")!.data;
  const marked = withChunk(deep, "iCCP", profile);
  expect([...pngChunks(marked)]).toHaveLength(chunks + 1);
  await near(marked, [192, 64, 32], 2);
  await near(await solid("#c04020").toColourspace("cmyk").jpeg().toBuffer(), [192, 64, 32], 32);
});

test("the EXIF rotation is applied, and known from the first bytes", async () => {
  const turned = await sharp({ create: { width: 6, height: 4, channels: 3, background: "#fff" } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  expect(imageSize(turned.subarray(0, turned.length - 20))).toEqual({ width: 4, height: 6 });
  expect((await decodeImage(turned)).tensor.shape).toEqual([1, 3, 6, 4]);
});

test("other files, damage and enormous sizes are refused with a sentence", async () => {
  await expect(decodeImage(Buffer.from("GIF89a"))).rejects.toThrow("This is no PNG, JPEG or WebP picture.");
  const png = await encodeImage(ramp(8, 8, 255), { format: "png", bitDepth: 8 });
  const huge = png.slice();
  new DataView(huge.buffer).setUint32(16, 1_000_000);
  new DataView(huge.buffer).setUint32(20, 1_000_000);
  await expect(decodeImage(huge)).rejects.toThrow("1000000 × 1000000 px, more than 100 megapixels.");
  const files = [png];
  for (const format of ["jpeg", "webp"] as const)
    files.push(await encodeImage(ramp(8, 8, 255), { format, bitDepth: 8, workflow: "{}" }));
  const damage = fc.record({
    file: fc.constantFrom(...files),
    at: fc.nat(400),
    byte: fc.integer({ min: 0, max: 255 }),
    length: fc.nat(1000),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ file, at, byte, length }) => {
      const bytes = file.slice(0, length);
      bytes[Math.min(at, bytes.length - 1)] = byte;
      await decodeImage(bytes).catch((error) => expect(error).toBeInstanceOf(FileError));
    }),
  );
});
