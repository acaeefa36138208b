import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHandles } from "./handles.ts";
import { createKnownFiles } from "./knownFiles.ts";
import { openSession } from "./session.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-session-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** The session as the app has it after a start. */
async function started() {
  const [handles, known] = [createHandles(), createKnownFiles()];
  const read = (path: string) => readFile(path, "utf8");
  return { handles, known, session: await openSession({ folder: join(folder, "session"), handles, known, read }) };
}

const [a, b] = [randomUUID(), randomUUID()];
const untitled = { key: a, name: "Untitled 1", handle: null, text: "edited", isDirty: true };

test("nothing was open at the first start", async () => {
  const { session } = await started();
  expect(await session.restore()).toEqual({ tabs: [], active: null });
});

test("two new documents that were never saved are both there after two restarts", async () => {
  const first = await started();
  await first.session.keepTabs({ tabs: [{ key: a, name: "Untitled 1", handle: null }], active: a });
  await first.session.keepDraft(untitled);
  const second = await started();
  expect((await second.session.restore()).tabs.map(({ name }) => name)).toEqual(["Untitled 1"]);
  // The list of tabs was not written any more: the draft alone brings the document back.
  await second.session.keepDraft({ ...untitled, key: b, name: "Untitled 2", text: "other" });
  const { tabs, active } = await (await started()).session.restore();
  expect(tabs.map(({ name, draft }) => [name, draft?.text])).toEqual([
    ["Untitled 1", "edited"],
    ["Untitled 2", "other"],
  ]);
  expect(active).toBe(a);
});

test("a file comes back with its text, and edits that were not saved beside it", async () => {
  const path = join(folder, "füchse & 图.fairlead.json");
  await writeFile(path, "saved");
  const first = await started();
  await first.known.see(path);
  const handle = first.handles.grant(path);
  await first.session.keepTabs({ tabs: [{ key: a, name: "fox", handle }], active: a });
  await first.session.keepDraft({ ...untitled, handle });
  const [tab] = (await (await started()).session.restore()).tabs;
  expect(tab).toMatchObject({ path, text: "saved", problem: null, draft: { text: "edited", isOutdated: false } });

  await writeFile(path, "written by another program");
  const [changed] = (await (await started()).session.restore()).tabs;
  expect(changed).toMatchObject({ text: "written by another program", draft: { text: "edited", isOutdated: true } });
});

test("a file that is gone says so and keeps its edits", async () => {
  const first = await started();
  const handle = first.handles.grant(join(folder, "gone.json"));
  await first.session.keepTabs({ tabs: [{ key: a, name: "gone", handle }], active: a });
  await first.session.keepDraft({ ...untitled, handle });
  const [tab] = (await (await started()).session.restore()).tabs;
  expect(tab).toMatchObject({ text: null, problem: expect.stringContaining("gone.json"), draft: { text: "edited" } });
});

test("what was saved or closed is not offered, whatever was written just before", async () => {
  const { session } = await started();
  const writes = Array.from({ length: 20 }, (_, round) => session.keepDraft({ ...untitled, text: `${round}` }));
  await Promise.all([...writes, session.dropDraft(a)]);
  expect((await (await started()).session.restore()).tabs).toEqual([]);
  expect(await readdir(join(folder, "session"))).toEqual([]);
});

test.each(["", "{", '{"key":"../../x"}', "\0\0"])(
  "a damaged file %j of the session counts as missing",
  async (text) => {
    const { session } = await started();
    await session.keepDraft(untitled);
    await writeFile(join(folder, "session/tabs.json"), text);
    await writeFile(join(folder, `session/${b}.draft.json`), text);
    expect((await (await started()).session.restore()).tabs.map(({ key }) => key)).toEqual([a]);
  },
);
