import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultSettings } from "../../shared/contract.ts";
import { createHandles } from "./handles.ts";
import { openRecent } from "./recent.ts";
import { openSettings } from "./settings.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-stores-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("settings are applied, kept, and leave no temporary file", async () => {
  const file = join(folder, "deep/settings.json");
  const applied: string[] = [];
  const settings = await openSettings(file, ({ theme }) => applied.push(theme));
  await Promise.all([
    settings.change({ theme: "light" }),
    settings.change({ layout: { rail: 240 }, theme: undefined }),
  ]);
  expect(applied).toEqual(["system", "light", "light"]);
  const again = await openSettings(file, () => {});
  expect(again.get()).toEqual({ ...defaultSettings, theme: "light", layout: { rail: 240 } });
  expect(await readdir(join(folder, "deep"))).toEqual(["settings.json"]);
});

test("settings of an older version get what was added since; what does not fit is no setting", async () => {
  const file = join(folder, "older.json");
  await writeFile(file, '{"theme":"light","device":"cpu","layout":{}}');
  expect((await openSettings(file, () => {})).get()).toEqual({ ...defaultSettings, theme: "light", device: "cpu" });
  await writeFile(file, '{"theme":"light","device":"cpu","layout":{},"scale":9}');
  expect((await openSettings(file, () => {})).get()).toEqual(defaultSettings);
});

test.each(["", "{", '{"theme":"pink","device":"auto","layout":{}}', "[]", "\0\0\0"])(
  "damaged settings %j count as none and are mended by the next change",
  async (text) => {
    const file = join(folder, "damaged.json");
    await writeFile(file, text);
    const settings = await openSettings(file, () => {});
    expect(settings.get()).toEqual(defaultSettings);
    await settings.change({ device: "cpu" });
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ device: "cpu" });
  },
);

test("recent files: last first, once each, only those that exist, handles outlive the app", async () => {
  const file = join(folder, "recent.json");
  const [a, b] = [join(folder, "a.fairlead.json"), join(folder, "b.fairlead.json")];
  await Promise.all([writeFile(a, "{}"), writeFile(b, "{}")]);
  const recent = await openRecent(file, createHandles());
  await recent.add(a);
  const { handle } = await recent.add(b);
  await recent.add(a);
  await recent.add(join(folder, "gone.json"));
  expect((await recent.list()).map(({ name }) => name)).toEqual(["a", "b"]);
  const handles = createHandles();
  const again = await openRecent(file, handles);
  expect((await again.list())[1]).toEqual({ handle, name: "b", path: b });
  expect(handles.path(handle)).toBe(b);
});
