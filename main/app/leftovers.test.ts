import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
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
