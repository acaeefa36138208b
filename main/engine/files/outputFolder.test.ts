import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileError } from "./fileError.ts";
import { createOutputFolder } from "./outputFolder.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-output-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("filling overwrites no other file and takes the reservation back when it fails", () => {
  writeFileSync(join(folder, "a.png.part"), "mine");
  const output = createOutputFolder(folder);
  const [path = ""] = output.claim("a", "png", 1);
  output.fill(path, Buffer.from("picture"));
  expect(readFileSync(path, "utf8")).toBe("picture");
  expect(readdirSync(folder).sort()).toEqual(["a.png", "a.png.part"]);
  expect(readFileSync(join(folder, "a.png.part"), "utf8")).toBe("mine");
  rmSync(folder, { recursive: true });
  expect(() => output.fill(path, Buffer.from("picture"))).toThrow(FileError);
  mkdirSync(folder);
});

test("a link out of the folder is refused before anything is made behind it", () => {
  mkdirSync(join(folder, "out"));
  mkdirSync(join(folder, "elsewhere"));
  symlinkSync(join(folder, "elsewhere"), join(folder, "out", "link"));
  const output = createOutputFolder(join(folder, "out"));
  expect(() => output.claim("link/a", "png", 1)).toThrow("leads out of the output folder");
  expect(() => output.claim("link/new/a", "png", 1)).toThrow("leads out of the output folder");
  expect(readdirSync(join(folder, "elsewhere"))).toEqual([]);
});
