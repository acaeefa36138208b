import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ImageFormat } from "../../../shared/node/context.ts";
import type { AnyTensor, Tensor } from "../../../shared/tensor/tensor.ts";
import { writeAtomic } from "./atomic.ts";
import { readEmbeddedWorkflow, readWorkflowFile } from "./embedded.ts";
import { FileError } from "./fileError.ts";
import { createFingerprints } from "./fingerprint.ts";
import { decodeImage, decodeOpacity, encodeImage } from "./imageCodec.ts";
import { imageSize } from "./imageSize.ts";
import { npyShape, readNpy, writeNpy } from "./npy.ts";
import { createOutputFolder } from "./outputFolder.ts";
import { pngTexts } from "./png.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-files-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fresh = () => mkdtempSync(join(folder, "x-"));

/** A picture with a gradient in each channel, [1, 3, 5, 7]. */
const picture: Tensor = {
  data: Float32Array.from({ length: 3 * 35 }, (_, i) => ((i * 7) % 36) / 35),
  shape: [1, 3, 5, 7],
};
const furthest = (a: Tensor, b: Tensor) =>
  Math.max(...Array.from(a.data, (value, i) => Math.abs(value - (b.data[i] ?? Number.NaN))));
const workflow = '{\n  "fairlead": 1,\n  "name": "Größe 图 🎨",\n  "seed": 18446744073709551615\n}\n';

test("a file is replaced whole, with the old one as a backup, and no temporary file stays", async () => {
  const path = join(fresh(), "sub", "a.json");
  await writeAtomic(path, "one");
  await writeAtomic(path, "two", { backups: 1 });
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(readdirSync(join(path, "..")).sort()).toEqual([".a.json.bak", "a.json"]);
  expect(readFileSync(join(path, "../.a.json.bak"), "utf8")).toBe("one");
});

test("a failed write says path and cause and keeps the old file", async () => {
  const root = fresh();
  mkdirSync(join(root, "taken"));
  await expect(writeAtomic(join(root, "taken"), "x")).rejects.toThrow(FileError);
  writeFileSync(join(root, "file"), "");
  await expect(writeAtomic(join(root, "file/x"), "x")).rejects.toThrow(/Writing .*file\/x failed: /);
  expect(readdirSync(root)).toEqual(["file", "taken"]);
});

test("results are numbered instead of overwritten, batches as a set", () => {
  const root = fresh();
  const output = createOutputFolder(root);
  const names = (paths: readonly string[]) => paths.map((path) => path.slice(root.length + 1));
  expect(names(output.claim("a", "png", 1))).toEqual(["a.png"]);
  expect(names(output.claim("a", "png", 1))).toEqual(["a (2).png"]);
  expect(names(output.claim("sub/b", "png", 2))).toEqual(["sub/b-0.png", "sub/b-1.png"]);
  writeFileSync(join(root, "c-1.png"), "");
  expect(names(output.claim("c", "png", 2))).toEqual(["c (2)-0.png", "c (2)-1.png"]);
  expect(existsSync(join(root, "c-0.png"))).toBe(false);
  expect(names(output.claim("résumé 图", "png", 1))).toEqual(["résumé 图.png"]);
});

test.each([
  "../x",
  "a/../../x",
  "/etc/x",
  "a*b",
  "CON",
  "a/nul.txt",
  "x.",
  "",
  "a//b",
  "C:\\x",
  "a\u0000b",
  "x".repeat(300),
])("the name %j is refused", (name) => {
  expect(() => createOutputFolder(fresh()).claim(name, "png", 1)).toThrow(FileError);
});

test("a link that leads out of the output folder is refused", () => {
  const root = fresh();
  symlinkSync(tmpdir(), join(root, "away"));
  expect(() => createOutputFolder(root).claim("away/x", "png", 1)).toThrow("leads out of the output folder");
});

test("a read-only folder is a sentence", () => {
  const root = fresh();
  chmodSync(root, 0o500);
  const claim = () => createOutputFolder(root).claim("x", "png", 1);
  // Root may write anywhere; for everybody else this is a sentence with path and cause.
  if (process.getuid?.() === 0) expect(claim()).toHaveLength(1);
  else expect(claim).toThrow("there is no permission");
});

test.each([
  ["png", 8, 1 / 510],
  ["png", 16, 1 / 131070],
  ["jpeg", 8, 0.25],
  ["webp", 8, 0.25],
] as [ImageFormat, 8 | 16, number][])(
  "%s with %i bits comes back, its workflow too",
  async (format, bitDepth, tolerance) => {
    const bytes = await encodeImage(picture, { format, bitDepth, workflow });
    expect(imageSize(bytes)).toEqual({ width: 7, height: 5 });
    const { tensor, width, height } = await decodeImage(bytes);
    expect([width, height]).toEqual([7, 5]);
    if (format === "png") expect(furthest(tensor, picture)).toBeLessThanOrEqual(tolerance + 1e-6);
    expect(JSON.parse((readEmbeddedWorkflow(bytes) ?? "").replace(/\d{20}/, "1"))).toEqual({
      fairlead: 1,
      name: "Größe 图 🎨",
      seed: 1,
    });
    expect(readEmbeddedWorkflow(bytes)).toContain("18446744073709551615");
    expect(await encodeImage(picture, { format, bitDepth, workflow })).toEqual(bytes);
    expect(readEmbeddedWorkflow(await encodeImage(picture, { format, bitDepth }))).toBeNull();
  },
);

test("a workflow larger than a JPEG segment goes over several", async () => {
  const large = JSON.stringify({ fairlead: 1, text: "x".repeat(300_000) });
  for (const format of ["png", "jpeg", "webp"] as const) {
    const bytes = await encodeImage(picture, { format, bitDepth: 8, workflow: large });
    expect(readEmbeddedWorkflow(bytes)).toBe(large);
    expect((await decodeImage(bytes)).width).toBe(7);
  }
});

test("values are clamped and rounded where they are written", async () => {
  const wild: Tensor = { data: Float32Array.of(-1, 2, Number.NaN, 0.5, 0.499 / 255, 0.501 / 255), shape: [1, 3, 1, 2] };
  const { tensor } = await decodeImage(await encodeImage(wild, { format: "png", bitDepth: 8 }));
  expect(Array.from(tensor.data, (value) => Math.round(value * 255))).toEqual([0, 255, 0, 128, 0, 1]);
});

test("colours are converted to sRGB, grey and transparency understood", async () => {
  const red = sharp({ create: { width: 2, height: 2, channels: 3, background: { r: 200, g: 40, b: 40 } } });
  const p3 = await red.clone().withIccProfile("p3").png().toBuffer();
  const { tensor } = await decodeImage(p3);
  expect(tensor.data[0] as number).toBeCloseTo(200 / 255, 1);
  const grey = await sharp({ create: { width: 2, height: 2, channels: 3, background: "#808080" } })
    .greyscale()
    .png()
    .toBuffer();
  expect(Array.from((await decodeImage(grey)).tensor.data, (value) => Math.round(value * 255))).toEqual(
    new Array(12).fill(128),
  );
  const clear = await sharp({
    create: { width: 1, height: 1, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
    .png()
    .toBuffer();
  expect(Array.from((await decodeImage(clear)).tensor.data)).toEqual([1, 1, 1]);
  expect(await decodeOpacity(clear)).toEqual({ data: Float32Array.of(0), shape: [1, 1, 1, 1] });
  const raw = sharp(Uint8Array.of(9, 9, 9, 51, 9, 9, 9, 255), { raw: { width: 2, height: 1, channels: 4 } });
  expect((await decodeOpacity(await raw.png().toBuffer())).data).toEqual(Float32Array.of(0.2, 1));
  expect((await decodeOpacity(grey)).data).toEqual(new Float32Array(4).fill(1));
});

test("damaged and foreign pictures are sentences, never exceptions of another kind", async () => {
  const bytes = await encodeImage(picture, { format: "png", bitDepth: 8, workflow });
  await expect(decodeImage(bytes.subarray(0, 60))).rejects.toThrow(FileError);
  await expect(decodeImage(Uint8Array.of(1, 2, 3))).rejects.toThrow("no PNG, JPEG or WebP");
  const files = await Promise.all(
    (["png", "jpeg", "webp"] as const).map((format) => encodeImage(picture, { format, bitDepth: 8, workflow })),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.nat(),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      (file, cut, changes) => {
        const damaged = Uint8Array.from(file.subarray(0, (cut % file.length) + 1));
        for (const [at, value] of changes) damaged[at % damaged.length] = value;
        const found = readEmbeddedWorkflow(damaged);
        expect(found === null || typeof found === "string").toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test("foreign texts are read: iTXt, and EXIF of either byte order", async () => {
  const bytes = await encodeImage(picture, { format: "png", bitDepth: 8 });
  const text = Buffer.concat([Buffer.from("fairlead\0\0\0\0\0"), Buffer.from('{"fairlead":1,"name":"ü"}')]);
  const chunk = Buffer.alloc(12 + text.length);
  chunk.writeUInt32BE(text.length, 0);
  chunk.write("iTXt", 4, "latin1");
  text.copy(chunk, 8);
  const changed = Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)]);
  expect(pngTexts(changed).get("fairlead")).toBe('{"fairlead":1,"name":"ü"}');
  const big = await sharp(bytes)
    .jpeg()
    .withExif({ IFD0: { ImageDescription: 'fairlead:{"fairlead":1}', Copyright: "someone" } })
    .toBuffer();
  expect(readEmbeddedWorkflow(big)).toBe('{"fairlead":1}');
});

test("what is no workflow is refused by its first bytes", async () => {
  const root = fresh();
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(root, name), content);
    return join(root, name);
  };
  const problem = async (path: string) => (await readWorkflowFile(path)) as { problem: string };
  expect((await problem(write("a.bin", Uint8Array.of(0, 1, 2)))).problem).toContain("neither a workflow nor a picture");
  expect((await problem(write("large.json", "a".repeat(65 * 1024 * 1024)))).problem).toContain("too large");
  expect(
    (await problem(write("plain.png", await encodeImage(picture, { format: "png", bitDepth: 8 })))).problem,
  ).toContain("There is no workflow in");
  expect((await problem(root)).problem).toContain("is a folder");
  expect(await readWorkflowFile(write("w.json", workflow))).toEqual({ text: workflow, fromPicture: false });
});

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
test("arrays come back in their own type and shape", () => {
  fc.assert(
    fc.property(shapes, fc.constantFrom("float32", "float64", "int64"), (shape, dtype) => {
      const size = shape.reduce((product, side) => product * side, 1);
      const numbers = Array.from({ length: size }, (_, i) => i * 1.5 - 3);
      const made = {
        float32: () => ({ data: Float32Array.from(numbers), shape }),
        float64: () => ({ data: Float64Array.from(numbers), shape }),
        int64: () => ({ data: BigInt64Array.from(numbers, (value) => BigInt(Math.round(value)) * 2n ** 60n), shape }),
      } satisfies Record<string, () => AnyTensor>;
      const array: AnyTensor = made[dtype]();
      const bytes = writeNpy(array);
      expect(bytes.length - array.data.byteLength).toSatisfy((header: number) => header % 64 === 0);
      expect(readNpy(bytes)).toEqual(array);
      expect(npyShape(bytes)).toEqual(shape);
    }),
  );
});

function npyOf(descr: string, shape: string, values: Uint8Array, order = "False"): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
  return Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 0xff, header.length >> 8]),
    Buffer.from(header),
    values,
  ]);
}

test("other number types are widened, what cannot be read is a sentence", () => {
  expect(readNpy(npyOf("<f2", "(2,)", Uint8Array.of(0, 0x3c, 0, 0xc0)))).toEqual({
    data: Float32Array.of(1, -2),
    shape: [2],
  });
  expect(readNpy(npyOf("|u1", "(2,)", Uint8Array.of(7, 255)))).toEqual({ data: Float32Array.of(7, 255), shape: [2] });
  expect(readNpy(npyOf("<i4", "()", Uint8Array.of(255, 255, 255, 255)))).toEqual({
    data: Float64Array.of(-1),
    shape: [],
  });
  for (const [bytes, sentence] of [
    [Uint8Array.of(1, 2, 3), "no .npy file"],
    [npyOf("<f4", "(2,)", new Uint8Array(4)), "cut off: 8 bytes"],
    [npyOf(">f4", "(1,)", new Uint8Array(4)), "big-endian"],
    [npyOf("<f4", "(1, 1)", new Uint8Array(4), "True"), "Fortran order"],
    [npyOf("<c8", "(1,)", new Uint8Array(8)), "of type <c8"],
    [npyOf("<f4", "(-1,)", new Uint8Array(4)), "damaged"],
    [npyOf("<f4", "(1,)", new Uint8Array(4)).subarray(0, 20), "cut off"],
  ] as const) {
    expect(() => readNpy(bytes)).toThrow(FileError);
    expect(() => readNpy(bytes)).toThrow(sentence);
  }
});

test("fingerprints follow content, not time alone, and are kept on disk", async () => {
  const root = fresh();
  const cache = join(root, "cache");
  const prints = createFingerprints(cache);
  const path = join(root, "m/a.bin");
  mkdirSync(join(root, "m/.hidden"), { recursive: true });
  writeFileSync(path, "same");
  const [file, whole] = [await prints.file(path), await prints.folder(join(root, "m"))];
  writeFileSync(join(root, "m/.hidden/x"), "ignored");
  utimesSync(path, new Date(), new Date());
  expect([await prints.file(path), await prints.folder(join(root, "m"))]).toEqual([file, whole]);
  writeFileSync(path, "smae");
  expect(await prints.file(path)).not.toBe(file);
  expect(await prints.folder(join(root, "m"))).not.toBe(whole);
  expect([await prints.file(join(root, "nowhere")), await prints.folder(join(root, "nowhere"))]).toEqual([null, null]);
  await expect.poll(() => existsSync(join(cache, "fingerprints.json"))).toBe(true);
  writeFileSync(join(cache, "fingerprints.json"), "damaged");
  expect(await createFingerprints(cache).file(path)).toBe(await prints.file(path));
});
