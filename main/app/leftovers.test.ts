import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { siblingStem } from "../engine/files/atomic.ts";
import { clearLeftovers } from "./leftovers.ts";

test("only unfinished files of the documents go", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-leftovers-"));
  const kept = [".a.json.bak", ".a.json.tmp", ".b.json.0123456789ab.tmp", "a.json", "a.json.0123456789ab.tmp"];
  const names = [...kept, ".a.json.0123456789ab.tmp", ".a.json.ffffffffffff.tmp"];
  await Promise.all(names.map((name) => writeFile(join(folder, name), "")));
  await clearLeftovers([join(folder, "a.json"), "/nowhere/at/all.json"]);
  expect((await readdir(folder)).sort()).toEqual(kept);
  await rm(folder, { recursive: true });
});

test("long names and links are followed to where saving writes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fairlead-leftovers-"));
  await mkdir(join(folder, "real"));
  const long = `${"図".repeat(80)}.json`;
  await writeFile(join(folder, "real", long), "{}");
  await symlink(join("real", long), join(folder, "link.json"));
  await writeFile(join(folder, "real", `.${siblingStem(long)}.0123456789ab.tmp`), "");
  await clearLeftovers([join(folder, "link.json")]);
  expect(await readdir(join(folder, "real"))).toEqual([long]);
  await rm(folder, { recursive: true });
});
