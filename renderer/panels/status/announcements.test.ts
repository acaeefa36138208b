import { beforeEach, expect, test } from "vitest";
import type { DocumentRun } from "../../run/runs.ts";
import { activeDocument, closeDocument, edit, newDocument, redo, travelTo, undo } from "../../state/documents.ts";
import { tellOfEdit, tellOfRun } from "./announcements.ts";

let id = "";
beforeEach(() => {
  if (id !== "") closeDocument(id);
  id = newDocument();
});

/** What is said of something that is done to the document in front. */
function told(act: () => void): string | null {
  const before = activeDocument()!;
  act();
  return tellOfEdit(before, activeDocument()!, (node) => node.toUpperCase());
}

const rename = (name: string) => edit(`Call it ${name}`, (_, draft) => void (draft.name = name));

test("edits, undo and redo are told with the name of the step", () => {
  expect(told(() => rename("a"))).toBe("Call it a");
  expect(told(undo)).toBe("Undone: Call it a");
  expect(told(redo)).toBe("Redone: Call it a");
  rename("b");
  expect(told(() => travelTo(0))).toBe("Undone: 2 steps");
});

test("a new step where others could be redone is no redo", () => {
  rename("a");
  undo();
  expect(told(() => rename("b"))).toBe("Call it b");
});

test("a gesture that goes on is told once, and nothing of what is no step", () => {
  const drag = (name: string) => edit("Rename", (_, draft) => void (draft.name = name), { merge: "drag" });
  expect(told(() => drag("a"))).toBe("Rename");
  expect(told(() => drag("ab"))).toBeNull();
  expect(told(() => rename("ab"))).toBeNull();
});

test("a link is told by its ends", () => {
  const link = () => edit("Connect", (_, draft) => void draft.edges.push({ from: ["a", "x"], to: ["b", "y"] }));
  expect(told(link)).toBe("Connected A to B");
});

const run: DocumentRun = { job: "1", number: 3, state: "running", nodes: {}, done: null, message: null, outputs: [] };

test("a run is told when it starts and when it ends, not in between", () => {
  const title = (node: string) => node.toUpperCase();
  expect(tellOfRun(undefined, run, title)).toBe("Run 3 started");
  expect(tellOfRun(run, { ...run, nodes: {} }, title)).toBeNull();
  expect(tellOfRun(run, { ...run, state: "stopped" }, title)).toBe("Run 3 stopped");
  const node = { state: "error", message: "Too large." } as DocumentRun["nodes"][string];
  expect(tellOfRun(run, { ...run, state: "failed", nodes: { decode: node } }, title)).toBe(
    "Run 3 failed at DECODE: Too large.",
  );
});
