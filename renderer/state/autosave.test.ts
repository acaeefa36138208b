// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RestoredTab } from "../../shared/session.ts";
import { useToasts } from "../ui/toasts.ts";

vi.mock("./catalog.ts", () => import("./testCatalog.ts"));

const { endSession, keepNow, watchForCrashes } = await import("./autosave.ts");
const documents = await import("./documents.ts");
const { discardRecovered, restoreSession, useRecovered } = await import("./session.ts");
const { useDocuments } = documents;

/** What main would have on disk. */
const drafts = new Map<string, { name: string; text: string; isDirty: boolean }>();
let tabs: readonly { name: string }[] = [];
let restored: RestoredTab[] = [];
let problem: string | null = null;
let end = () => {};

const call = vi.fn(async (name: string, input: never) => {
  const {
    key,
    tabs: open,
    ...draft
  } = input as { key: string; tabs: typeof tabs; name: string; text: string; isDirty: boolean };
  if (problem !== null) return { ok: false, error: { code: "io", message: problem } };
  if (name === "draft.keep") drafts.set(key, draft);
  if (name === "draft.drop") drafts.delete(key);
  if (name === "session.keep") tabs = open;
  return { ok: true, value: name === "session.restore" ? { tabs: restored, active: restored[0]?.key ?? null } : {} };
});

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(window, { fairlead: { call } });
  useDocuments.setState({ documents: [], activeId: null });
  useToasts.setState({ toasts: [] });
  problem = null;
  end = watchForCrashes();
});
afterEach(async () => {
  useDocuments.setState({ documents: [], activeId: null });
  await vi.advanceTimersByTimeAsync(2000);
  end();
  vi.useRealTimers();
});

function rename(name: string): void {
  documents.edit("Rename", (_, draft) => {
    draft.name = name;
  });
}
const names = () => [...drafts.values()].map(({ text }) => (JSON.parse(text) as { name: string }).name);
const file = (name: string) => ({ handle: name, name, path: `/w/${name}` });
const workflow = (name: string) => JSON.stringify({ fairlead: 1, name, nodes: [], edges: [] });

test("a save leaves no older draft behind", async () => {
  documents.newDocument();
  rename("before");
  await vi.advanceTimersByTimeAsync(1000);
  expect(names()).toContain("before");
  const { id, workflow: saved } = documents.activeDocument()!;
  documents.markSaved(id, saved, file("saved"));
  await keepNow();
  expect(drafts.size).toBe(0);
});

test("less than a second of steady work is ever at stake", async () => {
  documents.newDocument();
  for (let step = 0; step < 50; step++) {
    rename(`step ${step}`);
    await vi.advanceTimersByTimeAsync(100);
    if (step > 10) expect(Number(names()[0]?.slice(5))).toBeGreaterThanOrEqual(step - 4);
  }
});

test("every open document is kept until it is saved or closed, and nothing is written without a change", async () => {
  const first = documents.newDocument();
  rename("one");
  documents.newDocument();
  rename("two");
  await vi.advanceTimersByTimeAsync(700);
  expect(names().sort()).toEqual(["one", "two"]);
  expect(tabs.map(({ name }) => name)).toEqual(["Untitled 1", "Untitled 2"]);
  const calls = call.mock.calls.length;
  documents.select([]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(call.mock.calls.length).toBe(calls);
  documents.markSaved(first, useDocuments.getState().documents[0]!.workflow, file("one"));
  await vi.advanceTimersByTimeAsync(700);
  expect(names()).toEqual(["two"]);
  documents.closeDocument(documents.activeDocument()!.id);
  await vi.advanceTimersByTimeAsync(700);
  expect(names()).toEqual([]);
  expect(tabs.map(({ name }) => name)).toEqual(["one"]);
});

test("changes that the person gives up when the window closes are not offered again", async () => {
  const id = documents.newDocument();
  rename("given up");
  await vi.advanceTimersByTimeAsync(700);
  await endSession(new Set([id]));
  await vi.advanceTimersByTimeAsync(2000);
  expect(names()).toEqual([]);
  expect(tabs).toEqual([]);
});

test("a full disk is told once, and everything is kept when there is room again", async () => {
  documents.newDocument();
  await vi.advanceTimersByTimeAsync(700);
  problem = "Writing /d failed: the disk is full.";
  for (const name of ["a", "b", "c"]) {
    rename(name);
    await vi.advanceTimersByTimeAsync(700);
  }
  expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual([expect.stringContaining("the disk is full")]);
  problem = null;
  rename("d");
  await vi.advanceTimersByTimeAsync(700);
  expect(names()).toEqual(["d"]);
});

test("recovered changes are one step over the file, and can be given up or undone", async () => {
  const draft = { text: workflow("edited"), isDirty: true, time: 1, isOutdated: false };
  const key = crypto.randomUUID();
  restored = [
    { key, name: "fox", handle: "h", path: "/w/fox", text: workflow("saved"), problem: null, draft },
    { key: crypto.randomUUID(), name: "new", handle: null, path: null, text: null, problem: null, draft },
    {
      key: crypto.randomUUID(),
      name: "gone",
      handle: "g",
      path: "/w/gone",
      text: null,
      problem: "It is gone.",
      draft: null,
    },
  ];
  await restoreSession();
  expect(useDocuments.getState().documents.map(documents.isDirty)).toEqual([true, true]);
  expect(documents.activeDocument()).toMatchObject({ key, workflow: { name: "edited" } });
  expect(useRecovered.getState().documents.map(({ name }) => name)).toEqual(["fox", "new"]);
  expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual(["It is gone."]);
  documents.undo();
  expect(documents.isDirty(documents.activeDocument()!)).toBe(false);
  expect(documents.activeDocument()?.workflow.name).toBe("saved");
  documents.redo();
  discardRecovered();
  expect(useDocuments.getState().documents.map(({ workflow: { name } }) => name)).toEqual(["saved"]);
  expect(documents.activeDocument()?.redo.length).toBe(1);
});

test("what another program wrote is taken over as a step that undo takes back", () => {
  const id = documents.newDocument();
  rename("mine");
  documents.reloadDocument(id, workflow("theirs"));
  expect(documents.activeDocument()?.workflow.name).toBe("theirs");
  expect(documents.isDirty(documents.activeDocument()!)).toBe(false);
  documents.undo();
  expect(documents.activeDocument()?.workflow.name).toBe("mine");
  expect(documents.isDirty(documents.activeDocument()!)).toBe(true);
  documents.redo();
  expect(documents.isDirty(documents.activeDocument()!)).toBe(false);
});
