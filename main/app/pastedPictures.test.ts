import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writePng } from "../engine/files/png.ts";
import { createPastedPictures } from "./pastedPictures.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fairlead-pasted-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const picture = (level: number) =>
  writePng({ width: 1, height: 1, bitDepth: 8, samples: Uint8Array.of(level, 0, 0), texts: {}, level: 1 });

test("a pasted picture is a file with its bytes, the same one for the same picture", async () => {
  const pasted = createPastedPictures(join(root, "pasted"));
  const [first, again, other] = [
    await pasted.keep(picture(1)),
    await pasted.keep(picture(1)),
    await pasted.keep(picture(2)),
  ];
  expect(Uint8Array.from(readFileSync(first))).toEqual(picture(1));
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(readdirSync(join(root, "pasted")).filter((name) => name.endsWith(".png"))).toHaveLength(2);
});

test("what is no picture, or cannot be kept, is a sentence and leaves no file", async () => {
  const pasted = createPastedPictures(join(root, "pasted"));
  for (const bytes of [new Uint8Array(0), Uint8Array.of(1, 2, 3), new TextEncoder().encode("<svg/>")])
    await expect(pasted.keep(bytes)).rejects.toThrow("What was pasted is no PNG, JPEG or WebP picture.");
  expect(readdirSync(root)).toEqual([]);
  writeFileSync(join(root, "taken"), "");
  await expect(createPastedPictures(join(root, "taken", "pasted")).keep(picture(1))).rejects.toThrow(
    /taken\/pasted failed: a part of its path is a file\./,
  );
});
