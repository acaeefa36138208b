import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CheckpointError } from "./error.ts";
import { readCheckpoint } from "./safetensors.ts";
import { headOf, writeCheckpoint, writeRaw } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.safetensors");

/** The sentence that a file is refused with. */
function refusal(): string {
  try {
    readCheckpoint(path);
  } catch (error) {
    if (error instanceof CheckpointError) return error.message;
    throw error;
  }
  return "accepted";
}

const tensor = (shape: number[], begin: number, end: number, dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

test("tensors are found where they lie", () => {
  writeCheckpoint(path, { b: { dtype: "F16", shape: [2, 3] }, a: { dtype: "F32", shape: [] } }, { format: "pt" });
  const { tensors, metadata } = readCheckpoint(path);
  const start = readFileSync(path).length - 16;
  expect(metadata).toEqual({ format: "pt" });
  expect([...tensors.values()]).toEqual([
    { name: "b", dtype: "float16", shape: [2, 3], offset: start, length: 12 },
    { name: "a", dtype: "float32", shape: [], offset: start + 12, length: 4 },
  ]);
});

test("a file of two gigabytes is opened in less than a second without reading its weights", () => {
  const large = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [`w.${i}`, { dtype: "F32", shape: [524288] } as const]),
  );
  writeCheckpoint(path, large);
  const start = performance.now();
  const before = process.memoryUsage().rss;
  expect(readCheckpoint(path).tensors.size).toBe(1000);
  expect(performance.now() - start).toBeLessThan(1000);
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  rmSync(path);
});

test.each([
  ["a pickle in a zip", Buffer.from("PK\u0003\u0004archive/data.pkl"), /Python pickle.*\.safetensors version/],
  ["a bare pickle", Buffer.from([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9]), /Python pickle/],
  ["GGUF", Buffer.from("GGUF\u0003\0\0\0\0\0\0\0"), /GGUF/],
  ["a web page", Buffer.from("\n<!DOCTYPE html><html></html>"), /web page.*Download it again/],
  ["a Git LFS pointer", Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:00"), /Git LFS pointer/],
  ["nothing", Buffer.alloc(0), /only 0 bytes/],
  ["a text", Buffer.from("This is a note about models."), /header would have \d+ bytes/],
  ["a header of 4 GB", Buffer.concat([Buffer.from([0, 0, 0, 0, 1, 0, 0, 0]), Buffer.from("{}")]), /4294967296 bytes/],
  ["a header of 2^63 bytes", Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80, 0x7b]), /9223372036854775808 bytes/],
  ["a header beyond the file", headOf('{"a":1}').subarray(0, 12), /its header alone has 15/],
])("%s is refused", (_, content, sentence) => {
  writeFileSync(path, content);
  expect(refusal()).toMatch(sentence);
});

test.each([
  ["no JSON", "{a", 0, /no JSON text/],
  ["no bytes", "", 0, /header would have/],
  ["a list", "[]", 0, /no list of tensors/],
  ["no tensors", "{}", 0, /holds no tensors/],
  [
    "a name twice",
    `{"a":${JSON.stringify(tensor([1], 0, 4))},"\\u0061":${JSON.stringify(tensor([1], 4, 8))}}`,
    8,
    /“a” twice/,
  ],
  ["a field twice", '{"a":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]}}', 8, /“shape” twice/],
  [
    "metadata twice",
    `{"__metadata__":{},"__metadata__":{},"a":${JSON.stringify(tensor([1], 0, 4))}}`,
    4,
    /“__metadata__” twice/,
  ],
  ["an unknown type", { a: tensor([1], 0, 4, "F4") }, 4, /the type F4\. Take a version in F32/],
  ["a type that is an inherited name", { a: tensor([1], 0, 4, "constructor") }, 4, /the type constructor/],
  ["no type", { a: { shape: [1], data_offsets: [0, 4] } }, 4, /“a” has no type/],
  ["an entry that is null", { a: null }, 4, /“a” has no type/],
  ["a shape that is a text", { a: { dtype: "F32", shape: "1", data_offsets: [0, 4] } }, 4, /no proper shape/],
  ["a negative side", { a: tensor([-1], 0, 4) }, 4, /no proper shape/],
  ["half a side", { a: tensor([0.5], 0, 2) }, 2, /no proper shape/],
  ["sides beyond counting", { a: tensor([2 ** 40, 2 ** 40], 0, 4) }, 4, /needs .* bytes, but has 4/],
  ["a shape of other bytes", { a: tensor([2], 0, 4) }, 4, /\[2\] in F32 needs 8 bytes, but has 4/],
  ["offsets turned round", { a: tensor([1], 4, 0) }, 4, /no proper place/],
  ["overlapping tensors", { a: tensor([2], 0, 8), b: tensor([1], 4, 8) }, 8, /“b” overlaps/],
  ["two tensors in one place", { a: tensor([1], 0, 4), b: tensor([1], 0, 4) }, 4, /“b” overlaps/],
  ["a hole", { a: tensor([1], 0, 4), b: tensor([1], 8, 12) }, 12, /hole before “b”/],
  ["data missing", { a: tensor([4], 0, 16) }, 12, /is cut off/],
  ["data left over", { a: tensor([1], 0, 4) }, 5, /1 bytes more/],
])("a header with %s is refused", (_, header, dataBytes, sentence) => {
  writeRaw(path, header, dataBytes);
  expect(refusal()).toMatch(sentence);
});

test("what is no file is refused", () => {
  mkdirSync(join(folder, "folder.safetensors"));
  expect(() => readCheckpoint(join(folder, "folder.safetensors"))).toThrow("folder.safetensors is no file");
  expect(() => readCheckpoint(join(folder, "none.safetensors"))).toThrow("does not exist");
  writeFileSync(
    path,
    Buffer.concat([headOf('{"a":"x"}').subarray(0, 13), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
  );
  expect(refusal()).toMatch(/no JSON text/);
});

/** Numbers in 0..1 that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const tries = 3000;
test(`${tries} damaged files are refused with a sentence or hold what their header says`, () => {
  writeCheckpoint(
    path,
    {
      "x.weight": { dtype: "F16", shape: [4, 3] },
      "x.bias": { dtype: "F32", shape: [4] },
      n: { dtype: "I64", shape: [] },
    },
    { title: "a “quoted” name" },
  );
  const whole = readFileSync(path);
  const random = numbers(7);
  const place = (end: number) => Math.floor(random() * end);
  const damages: ((file: Buffer) => Buffer)[] = [
    (file) => file.subarray(0, place(file.length)),
    (file) => Buffer.concat([file, Buffer.alloc(1 + place(9))]),
    (file) => file.fill(place(256), place(file.length)),
    (file) => {
      const header = file.length - 48;
      for (let n = place(3); n >= 0; n--) file[place(header)] ^= 1 << place(8);
      return file;
    },
    (file) => {
      const header = file.subarray(8, file.length - 48).toString();
      const digits = [...header.matchAll(/\d+/g)];
      const { 0: old, index } = digits[place(digits.length)];
      const text = header.slice(0, index) + place(40) + header.slice(index + old.length);
      return Buffer.concat([headOf(text), file.subarray(file.length - 48)]);
    },
    (file) => {
      const [from, to] = [8 + place(file.length - 8), 8 + place(file.length - 8)];
      return Buffer.concat([file.subarray(0, to), file.subarray(from, from + place(60)), file.subarray(to)]);
    },
  ];
  let [refused, accepted] = [0, 0];
  for (let n = 0; n < tries; n++) {
    const file = damages[n % damages.length](Buffer.from(whole));
    writeFileSync(path, file);
    const sentence = refusal();
    if (sentence !== "accepted") {
      refused++;
      expect(sentence).toMatch(/^a\.safetensors .*\.$/s);
      continue;
    }
    accepted++;
    const { tensors } = readCheckpoint(path);
    const lengths = [...tensors.values()].reduce((sum, { length }) => sum + length, 0);
    expect([...tensors.values()].every(({ offset, length }) => offset >= 8 && offset + length <= file.length)).toBe(
      true,
    );
    expect(lengths).toBeLessThan(file.length);
  }
  expect(refused + accepted).toBe(tries);
  expect(refused).toBeGreaterThan(tries / 2);
});

test("a file that is cut off anywhere is refused", () => {
  writeCheckpoint(path, { a: { dtype: "F32", shape: [8] } });
  for (let size = readFileSync(path).length - 1; size >= 0; size--) {
    truncateSync(path, size);
    expect(refusal()).toMatch(/cut off|only \d bytes/);
  }
});
