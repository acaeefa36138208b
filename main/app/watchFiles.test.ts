import { mkdtemp, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createKnownFiles } from "./knownFiles.ts";
import { watchFiles } from "./watchFiles.ts";

let folder = "";
let end: () => void = () => {};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-watch-"));
});
afterEach(async () => {
  end();
  await rm(folder, { recursive: true });
});

/** A file that the app knows, and the looks of the watch in the test's hands. */
async function watched() {
  const path = join(folder, "a.json");
  await writeFile(path, "mine");
  const known = createKnownFiles();
  await known.see(path);
  let look = () => {};
  const told: boolean[] = [];
  end = watchFiles({ paths: () => [path], known, onFocus: (focused) => (look = focused) }, (_, isGone) =>
    told.push(isGone),
  );
  const looked = async () => {
    look();
    await new Promise((resolve) => setTimeout(resolve, 60));
    return [...told];
  };
  return { path, known, looked };
}

test("what another program writes is told once, and once more when it writes again", async () => {
  const { path, looked } = await watched();
  expect(await looked()).toEqual([]);
  await writeFile(path, "theirs");
  expect(await looked()).toEqual([false]);
  expect(await looked()).toEqual([false]);
  await writeFile(path, "theirs, again");
  expect(await looked()).toEqual([false, false]);
});

test("other pixels of the same size in the same second are seen", async () => {
  const { path, known, looked } = await watched();
  const { atime, mtime } = await stat(path);
  await writeFile(path, "MINE");
  await utimes(path, atime, mtime);
  expect(await looked()).toEqual([false]);
  expect(await known.compare(path)).toBe("changed");
});

test("a touched file, the app's own writing and a kept version are no news", async () => {
  const { path, known, looked } = await watched();
  await utimes(path, new Date(), new Date());
  expect(await looked()).toEqual([]);
  await writeFile(path, "saved by the app");
  await known.see(path, new TextEncoder().encode("saved by the app"));
  expect(await looked()).toEqual([]);
  await writeFile(path, "theirs");
  await known.see(path);
  expect(await looked()).toEqual([]);
});

test("a file that is moved away is told as gone, and is no news when it comes back as it was", async () => {
  const { path, looked } = await watched();
  await rename(path, `${path}.moved`);
  expect(await looked()).toEqual([true]);
  await rename(`${path}.moved`, path);
  expect(await looked()).toEqual([true]);
});
