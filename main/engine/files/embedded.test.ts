import { execFileSync } from "node:child_process";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { parseJson } from "../../../shared/workflow/json.ts";
import { readEmbeddedWorkflow, readWorkflowFile } from "./embedded.ts";
import { decodeImage, encodeImage } from "./imageCodec.ts";

const sample: Tensor = { data: new Float32Array(3 * 5 * 7).fill(0.5), shape: [1, 3, 5, 7] };
const formats = ["png", "jpeg", "webp"] as const;
const encode = (format: (typeof formats)[number], workflow?: string) =>
  encodeImage(sample, { format, bitDepth: 8, ...(workflow === undefined ? {} : { workflow }) });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-embedded-"));
});
afterAll(() => rm(folder, { recursive: true }));

test.each(formats)("a %s carries a workflow of any size and stays a picture", async (format) => {
  for (const length of [0, 65_480, 65_500, 65_536, 200_000, 3_000_000]) {
    const workflow = { seed: 2n ** 64n - 1n, text: `Größe 图 😀 ${"x".repeat(length)}` };
    const text = `{\n  "seed": ${workflow.seed},\n  "text": "${workflow.text}"\n}\n`;
    const bytes = await encode(format, text);
    expect(parseJson(readEmbeddedWorkflow(bytes) ?? "")).toEqual(workflow);
    expect((await decodeImage(bytes)).tensor.shape).toEqual(sample.shape);
  }
  expect(readEmbeddedWorkflow(await encode(format))).toBeNull();
});

/** An EXIF block of ASCII tags in either byte order; a length of -1 announces more than there is. */
function exifBlock(texts: readonly string[], isLittle: boolean): Buffer {
  const values = texts.map((text) => Buffer.from(`${text}\0`));
  const start = 10 + 12 * texts.length + 4;
  const head = Buffer.alloc(start);
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  head.write(isLittle ? "II" : "MM", "latin1");
  view.setUint16(2, 42, isLittle);
  view.setUint32(4, 8, isLittle);
  view.setUint16(8, texts.length, isLittle);
  let from = start;
  for (const [i, value] of values.entries()) {
    view.setUint16(10 + 12 * i, 0x010e + i, isLittle);
    view.setUint16(12 + 12 * i, 2, isLittle);
    view.setUint32(14 + 12 * i, texts[i] === "cut off" ? 1e6 : value.length, isLittle);
    view.setUint32(18 + 12 * i, from, isLittle);
    from += value.length;
  }
  return Buffer.concat([head, ...values]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(type), length, data, Buffer.alloc(data.length % 2)]);
}

test("other programs' tags, byte orders and damaged blocks do not hide the workflow", () => {
  const ours = "fairlead:{}";
  const webp = (...blocks: Buffer[]) =>
    chunk("RIFF", Buffer.concat([Buffer.from("WEBP"), ...blocks.map((block) => chunk("EXIF", block))]));
  const prefixed = Buffer.concat([Buffer.from("Exif\0\0"), exifBlock(["a camera", ours], false)]);
  expect(readEmbeddedWorkflow(webp(exifBlock(["a camera", ours], true)))).toBe("{}");
  expect(readEmbeddedWorkflow(webp(prefixed))).toBe("{}");
  expect(readEmbeddedWorkflow(webp(Buffer.from("II*\0\xff\xff\xff\x7f", "latin1"), exifBlock([ours], true)))).toBe(
    "{}",
  );
  expect(readEmbeddedWorkflow(webp(exifBlock(["cut off", ours], true)))).toBe("{}");
  expect(readEmbeddedWorkflow(webp(exifBlock(["cut off"], true)))).toBeNull();
  expect(readEmbeddedWorkflow(webp(exifBlock([ours], true)).subarray(0, 40))).toBeNull();
});

test("reading a damaged picture never throws", async () => {
  const files = await Promise.all(formats.map((format) => encode(format, `{"a": "${"x".repeat(300)}"}`)));
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.nat(1200), fc.nat(255), fc.nat(1200), (file, at, byte, length) => {
      const bytes = file.slice(0, length);
      if (at < length) bytes[at] = byte;
      readEmbeddedWorkflow(bytes);
    }),
    { numRuns: 2000 },
  );
});

test("workflow files and pictures are told apart by their content", async () => {
  const plain = join(folder, "plain.png");
  await writeFile(plain, '{"fairlead": 1}');
  expect(await readWorkflowFile(plain)).toEqual({ text: '{"fairlead": 1}', fromPicture: false });
  const picture = join(folder, "picture.fairlead.json");
  await writeFile(picture, await encode("webp", "{}"));
  expect(await readWorkflowFile(picture)).toEqual({ text: "{}", fromPicture: true });
});

test("what carries no workflow is refused at once, with the path", async () => {
  const problem = async (name: string, content: Uint8Array | null) => {
    const path = join(folder, name);
    if (content) await writeFile(path, content);
    return { path, ...((await readWorkflowFile(path)) as { problem: string }) };
  };
  expect((await problem("missing.json", null)).problem).toMatch(/missing\.json failed: it does not exist\.$/);
  expect((await problem("bare.png", await encode("png"))).problem).toMatch(/^There is no workflow in .*bare\.png\.$/);
  const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256);
  expect((await problem("noise.json", noise)).problem).toContain("neither a workflow nor a picture");
  const huge = join(folder, "huge.json");
  await writeFile(huge, "{");
  await truncate(huge, 100e6);
  expect((await readWorkflowFile(huge)) as { problem: string }).toEqual({
    problem: expect.stringContaining("too large to be a workflow (100 MB)"),
  });
  expect(await readWorkflowFile(folder)).toEqual({ problem: `${folder} is a folder, not a workflow.` });
});

test.skipIf(process.platform === "win32")("a named pipe is refused, not waited for", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  expect(await readWorkflowFile(pipe)).toEqual({ problem: `${pipe} is a device, not a workflow.` });
});
