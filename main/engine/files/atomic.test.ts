import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** Errors that the next calls of the file system meet, by name of the call. */
const faults = vi.hoisted(() => new Map<string, string>());

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const fail = (call: string) => {
    const code = faults.get(call);
    if (code !== undefined) throw Object.assign(new Error(`${code}: injected`), { code });
  };
  const open: typeof real.open = async (...input) => {
    if (input[1] === "wx") fail("open");
    const file = await real.open(...input);
    const writeFile = file.writeFile.bind(file);
    const sync = file.sync.bind(file);
    file.writeFile = async (data, options) => {
      // A full disk takes the beginning of a file before it refuses.
      if (faults.has("write")) await writeFile(String(data).slice(0, 2), options);
      fail("write");
      return writeFile(data, options);
    };
    file.sync = async () => {
      fail("sync");
      return sync();
    };
    return file;
  };
  const rename: typeof real.rename = async (...input) => {
    fail("rename");
    return real.rename(...input);
  };
  const link: typeof real.link = async (...input) => {
    fail("link");
    return real.link(...input);
  };
  return { ...real, open, rename, link };
});

const { siblingStem, writeAtomic } = await import("./atomic.ts");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-atomic-"));
});
afterEach(() => {
  faults.clear();
  rmSync(folder, { recursive: true });
});

const backups = { backups: 3 };

test.each([
  ["open", "EACCES", "there is no permission"],
  ["open", "EROFS", "the disk is read-only"],
  ["write", "ENOSPC", "the disk is full"],
  ["write", "EDQUOT", "is full"],
  ["sync", "EIO", "a fault"],
  ["rename", "EBUSY", "another program"],
])("%s meets %s: a sentence with path and cause, the old content, nothing left behind", async (call, code, cause) => {
  const path = join(folder, "fox.fairlead.json");
  await writeAtomic(path, "the old content");
  faults.set(call, code);
  const failure = writeAtomic(path, "the new content", call === "rename" ? {} : backups);
  await expect(failure).rejects.toThrow(`Writing ${path} failed: `);
  await expect(failure).rejects.toThrow(cause);
  expect(readFileSync(path, "utf8")).toBe("the old content");
  expect(readdirSync(folder)).toEqual(["fox.fairlead.json"]);
  faults.clear();
  await writeAtomic(path, "the new content", backups);
  expect(readFileSync(path, "utf8")).toBe("the new content");
});

test("older contents move back one by one, and saving the same again pushes none out", async () => {
  const path = join(folder, "a.json");
  for (const content of ["1", "2", "3", "4", "5", "5", "5"]) await writeAtomic(path, content, backups);
  expect(readdirSync(folder).sort()).toEqual([".a.json.bak", ".a.json.bak2", ".a.json.bak3", "a.json"]);
  expect(
    readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name), "utf8")),
  ).toEqual(["4", "3", "2", "5"]);
});

test("where files cannot have two names, the backup is a copy", async () => {
  faults.set("link", "EPERM");
  const path = join(folder, "a.json");
  await writeAtomic(path, "1", backups);
  await writeAtomic(path, "2", backups);
  expect(readFileSync(join(folder, ".a.json.bak"), "utf8")).toBe("1");
});

test("a link stays and its target is written, also one that is not there yet", async () => {
  mkdirSync(join(folder, "real"));
  writeFileSync(join(folder, "real/a.json"), "1");
  symlinkSync("real/a.json", join(folder, "link.json"));
  symlinkSync("real/b.json", join(folder, "dangling.json"));
  await writeAtomic(join(folder, "link.json"), "2", backups);
  await writeAtomic(join(folder, "dangling.json"), "3", backups);
  expect(lstatSync(join(folder, "link.json")).isSymbolicLink()).toBe(true);
  expect(lstatSync(join(folder, "dangling.json")).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, "real/a.json"), "utf8")).toBe("2");
  expect(readFileSync(join(folder, "real/b.json"), "utf8")).toBe("3");
  expect(readFileSync(join(folder, "real/.a.json.bak"), "utf8")).toBe("1");
});

test("links in a circle are a sentence", async () => {
  symlinkSync("b.json", join(folder, "a.json"));
  symlinkSync("a.json", join(folder, "b.json"));
  await expect(writeAtomic(join(folder, "a.json"), "x")).rejects.toThrow("its links lead in a circle");
});

test.skipIf(process.platform === "win32")("the mode of a file stays", async () => {
  const path = join(folder, "a.json");
  writeFileSync(path, "1");
  chmodSync(path, 0o640);
  await writeAtomic(path, "2");
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test.each([
  "résumé 图.json",
  "e\u0301 combining.json",
  "🦊 fox & owl's 100%$ #1.json",
  `${"図".repeat(83)}.json`,
  `${"x".repeat(250)}.json`,
  "  leading blanks",
])("%s is written, written again with a backup, and read back", async (name) => {
  const path = join(folder, "a folder with ünïcode", name);
  await writeAtomic(path, "1", backups);
  await writeAtomic(path, "2", backups);
  expect(readFileSync(path, "utf8")).toBe("2");
  expect(readdirSync(join(path, "..")).sort()).toEqual([`.${siblingStem(name)}.bak`, name].sort());
});

test("a name that no file system takes is a sentence", async () => {
  await expect(writeAtomic(join(folder, "x".repeat(300)), "1")).rejects.toThrow("too long. Choose a shorter one.");
  expect(readdirSync(folder)).toEqual([]);
});
