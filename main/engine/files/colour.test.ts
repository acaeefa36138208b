import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { decodeImage, encodeImage } from "./imageCodec.ts";

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const colourTypes = { grey: 0, rgb: 2, greyAlpha: 4, rgbAlpha: 6 } as const;

/** A PNG of one pixel with some chunks before its data; levels in 0..1. */
function pixel(
  kind: keyof typeof colourTypes,
  depth: 8 | 16,
  levels: readonly number[],
  chunks: Buffer[] = [],
): Buffer {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, depth, colourTypes[kind], 0, 0, 0]);
  const row = levels.flatMap((level) => {
    const whole = Math.round(level * (2 ** depth - 1));
    return depth === 8 ? [whole] : [whole >> 8, whole & 255];
  });
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    ...chunks,
    chunk("IDAT", deflateSync(Buffer.from([0, ...row]))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const fixed = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65536));
  return bytes;
};
const xyz = (...values: number[]) => Buffer.concat([Buffer.from("XYZ \0\0\0\0", "latin1"), ...values.map(fixed)]);
const word = (value: number) => Buffer.from([value >> 8, value & 255]);
const curv = (...values: number[]) =>
  Buffer.concat([Buffer.from("curv\0\0\0\0\0\0", "latin1"), word(values.length), ...values.map(word)]);
const para = (kind: number, ...values: number[]) =>
  Buffer.concat([Buffer.from("para\0\0\0\0", "latin1"), word(kind), word(0), ...values.map(fixed)]);

/** An ICC profile of a display, version 4. */
function profile(space: "GRAY" | "RGB ", tags: Readonly<Record<string, Buffer>>): Buffer {
  const all = Object.entries({ wtpt: xyz(0.9642, 1, 0.8249), ...tags });
  const table = Buffer.alloc(4 + 12 * all.length);
  table.writeUInt32BE(all.length);
  const parts: Buffer[] = [];
  let at = 128 + table.length;
  for (const [i, [name, data]] of all.entries()) {
    const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    table.write(name, 4 + 12 * i, "latin1");
    table.writeUInt32BE(at, 8 + 12 * i);
    table.writeUInt32BE(data.length, 12 + 12 * i);
    parts.push(padded);
    at += padded.length;
  }
  const head = Buffer.alloc(128);
  head.writeUInt32BE(at, 0);
  head.writeUInt32BE(0x04000000, 8);
  head.write(`mntr${space}XYZ `, 12, "latin1");
  head.write("acsp", 36, "latin1");
  Buffer.concat([0.9642, 1, 0.8249].map(fixed)).copy(head, 68);
  return Buffer.concat([head, table, ...parts]);
}

const grey = (curve: Buffer) => profile("GRAY", { kTRC: curve });
const adobeGamma = 2.19921875;
const adobe = profile("RGB ", {
  ...{ rXYZ: xyz(0.60974, 0.31111, 0.01947), gXYZ: xyz(0.20528, 0.62567, 0.06087) },
  ...{ bXYZ: xyz(0.14919, 0.06322, 0.74457), rTRC: curv(563), gTRC: curv(563), bTRC: curv(563) },
});
const iccp = (bytes: Buffer) => chunk("iCCP", Buffer.concat([Buffer.from("x\0\0", "latin1"), deflateSync(bytes)]));
const gamma = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return chunk("gAMA", bytes);
};

/** sRGB's level for an amount of light. */
const encoded = (light: number) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

/** Adobe RGB (1998) to sRGB by the matrices of both. */
function fromAdobe(levels: readonly number[]): number[] {
  const [r = 0, g = 0, b = 0] = levels.map((level) => level ** adobeGamma);
  return [1.39836 * r - 0.39836 * g, g, -0.04293 * g + 1.04293 * b].map((light) => encoded(Math.max(0, light)));
}

async function expectLevels(file: Uint8Array, wanted: readonly number[], depth: 8 | 16): Promise<void> {
  const { data } = (await decodeImage(file)).tensor;
  expect(data).toHaveLength(wanted.length);
  for (const [i, level] of wanted.entries())
    expect(Math.abs((data[i] ?? 9) - level)).toBeLessThan(depth === 8 ? 0.006 : 5e-4);
}

const isGrey = (kind: string) => kind.startsWith("grey");

test.each([8, 16] as const)(
  "profiles are converted to sRGB at %i bit, in colour and grey, opaque or not",
  async (depth) => {
    const colour = [0.78, 0.4, 0.2];
    for (const kind of ["rgb", "rgbAlpha"] as const) {
      const file = pixel(kind, depth, kind === "rgb" ? colour : [...colour, 1], [iccp(adobe)]);
      await expectLevels(file, fromAdobe(colour), depth);
    }
    const level = 0.3;
    const curves: readonly (readonly [Buffer, number])[] = [
      [curv(256), encoded(level)],
      [curv(461), encoded(level ** (461 / 256))],
      [curv(0, 0x4000, 0xffff), encoded(0.3 / 2)],
      [para(0, 2.2), encoded(level ** 2.2)],
      [para(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045), level],
    ];
    for (const [curve, wanted] of curves) {
      for (const kind of ["grey", "greyAlpha"] as const) {
        const file = pixel(kind, depth, kind === "grey" ? [level] : [level, 1], [iccp(grey(curve))]);
        await expectLevels(file, [wanted, wanted, wanted], depth);
      }
    }
  },
);

test.each([8, 16] as const)(
  "a stated power of the light counts at %i bit, unless a profile or a standard does",
  async (depth) => {
    for (const kind of ["rgb", "rgbAlpha", "grey", "greyAlpha"] as const) {
      const colour = isGrey(kind) ? [0.5] : [0.5, 0.25, 1];
      const levels = kind.endsWith("Alpha") ? [...colour, 1] : colour;
      const seen = (of: (level: number) => number) => (isGrey(kind) ? [0.5, 0.5, 0.5] : colour).map(of);
      await expectLevels(pixel(kind, depth, levels, [gamma(100_000)]), seen(encoded), depth);
      await expectLevels(
        pixel(kind, depth, levels, [gamma(55_556)]),
        seen((level) => encoded(level ** 1.8)),
        depth,
      );
      const same = seen((level) => level);
      await expectLevels(pixel(kind, depth, levels, [gamma(45_455)]), same, depth);
      await expectLevels(pixel(kind, depth, levels, [gamma(0)]), same, depth);
      await expectLevels(pixel(kind, depth, levels, [chunk("sRGB", Buffer.of(0)), gamma(100_000)]), same, depth);
    }
  },
);

/** A JPEG of one colour that carries a profile as it is. */
async function jpegWith(bytes: Buffer, pixels: readonly number[]): Promise<Buffer> {
  const raw = { width: 8, height: 8, channels: pixels.length as 1 | 3 };
  const plain = sharp(Buffer.from(Array.from({ length: 64 }, () => pixels).flat()), { raw });
  const jpeg = await plain
    .toColourspace(pixels.length === 1 ? "b-w" : "srgb")
    .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
    .toBuffer();
  const data = Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), bytes]);
  return Buffer.concat([jpeg.subarray(0, 2), word(0xffe2), word(data.length + 2), data, jpeg.subarray(2)]);
}

test("a JPEG's profile is converted too, and one of four inks becomes three colours", async () => {
  const colour = [200, 100, 50];
  const { data } = (await decodeImage(await jpegWith(adobe, colour))).tensor;
  const wanted = fromAdobe(colour.map((level) => level / 255));
  for (const [c, level] of wanted.entries()) expect(Math.abs((data[64 * c] ?? 9) - level)).toBeLessThan(0.015);
  const soft = (await decodeImage(await jpegWith(grey(curv(256)), [55]))).tensor.data;
  for (const at of [0, 64, 128]) expect(Math.abs((soft[at] ?? 9) - encoded(55 / 255))).toBeLessThan(0.015);
  const inks = sharp({ create: { width: 8, height: 8, channels: 3, background: "#ffffff" } });
  const paper = (await decodeImage(await inks.toColourspace("cmyk").jpeg().toBuffer())).tensor;
  expect(paper.shape).toEqual([1, 3, 8, 8]);
  expect(Math.min(...paper.data)).toBeGreaterThan(0.97);
});

test("what is written says that it is sRGB, and other programs read the same colours", async () => {
  const level = 0.4;
  const sample = { data: new Float32Array(3 * 64).fill(level), shape: [1, 3, 8, 8] };
  for (const format of ["png", "jpeg", "webp"] as const) {
    for (const extra of [{}, { workflow: '{"fairlead": 1}' }]) {
      const bytes = await encodeImage(sample, { format, bitDepth: 8, ...extra });
      const { icc } = await sharp(bytes).metadata();
      if (format === "png") expect(Buffer.from(bytes).includes("sRGB")).toBe(true);
      else expect(icc?.subarray(36, 40).toString("latin1")).toBe("acsp");
      const raw = await sharp(bytes).raw().toBuffer();
      expect(Math.abs((raw[0] ?? 0) - 255 * level)).toBeLessThan(2);
    }
  }
});
