import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createStamps } from "./stamp.mjs";

let root = "";
const sources = ["main", "lock.json"];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fairlead-stamp-"));
  mkdirSync(join(root, "main/deep"), { recursive: true });
  writeFileSync(join(root, "main/deep/a.ts"), "one");
  writeFileSync(join(root, "lock.json"), "{}");
});
afterEach(() => rmSync(root, { recursive: true }));

function built() {
  const stamps = createStamps(root);
  stamps.write("app", stamps.take(sources));
  return stamps;
}

test("what was never built is stale", () => {
  expect(createStamps(root).isFresh("app", sources)).toBe(false);
});

test("a build is fresh until a source changes, appears or goes", () => {
  const stamps = built();
  expect(stamps.isFresh("app", sources)).toBe(true);
  writeFileSync(join(root, "main/deep/a.ts"), "two");
  expect(stamps.isFresh("app", sources)).toBe(false);
  writeFileSync(join(root, "main/deep/a.ts"), "one");
  expect(stamps.isFresh("app", sources)).toBe(true);
  writeFileSync(join(root, "main/b.tsx"), "new");
  expect(stamps.isFresh("app", sources)).toBe(false);
  rmSync(join(root, "main/b.tsx"));
  rmSync(join(root, "lock.json"));
  expect(stamps.isFresh("app", sources)).toBe(false);
});

test("a touched file and a changed test leave a build fresh", () => {
  const stamps = built();
  utimesSync(join(root, "main/deep/a.ts"), new Date(0), new Date(0));
  writeFileSync(join(root, "main/deep/a.test.ts"), "test");
  expect(stamps.isFresh("app", sources)).toBe(true);
});

test("one build at a time, and the lock of a dead process does not hold", async () => {
  const stamps = createStamps(root);
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} starts`);
    await new Promise((done) => setTimeout(done, 20));
    order.push(`${name} ends`);
  };
  mkdirSync(join(root, "out/.stamps/lock"), { recursive: true });
  writeFileSync(join(root, "out/.stamps/lock/pid"), "999999999");
  await Promise.all([stamps.withLock(work("a")), stamps.withLock(work("b"))]);
  expect(order.map((line) => line.split(" ")[1])).toEqual(["starts", "ends", "starts", "ends"]);
});
