// @vitest-environment happy-dom
import fc from "fast-check";
import type { Draft } from "immer";
import { beforeEach, expect, test, vi } from "vitest";
import type { Graph, Workflow } from "../../shared/workflow/workflow.ts";

vi.mock("./catalog.ts", () => import("./testCatalog.ts"));

const documents = await import("./documents.ts");
const edits = await import("./edits.ts");
const { activeDocument, edit, isDirty, newDocument, redo, travelTo, undo, useDocuments } = documents;

beforeEach(() => {
  useDocuments.setState({ documents: [], activeId: null });
  newDocument();
});

const workflow = (): Workflow => activeDocument()!.workflow;
const origin = { x: 0, y: 0 };

type Recipe = (graph: Draft<Graph>, document: Draft<Workflow>) => void;
/** A number from 0 to 1 that picks something of a list. */
const part = fc.double({ min: 0, max: 0.999, noNaN: true });

/** Changes that no action makes, too: whatever a recipe does to a document, its way back is exact. */
const recipe: fc.Arbitrary<Recipe> = fc.oneof(
  fc.tuple(part, fc.jsonValue()).map(
    ([at, value]): Recipe =>
      ({ nodes }) => {
        const node = nodes[Math.floor(at * nodes.length)];
        if (node) node.params.value = value as never;
      },
  ),
  part.map(
    (at): Recipe =>
      (draft) =>
        void draft.nodes.splice(Math.floor(at * draft.nodes.length), 2),
  ),
  part.map(
    (at): Recipe =>
      (draft) =>
        void draft.edges.splice(Math.floor(at * draft.edges.length), 1),
  ),
  fc.constant<Recipe>((draft) => void draft.nodes.reverse()),
  fc.constant<Recipe>((draft) => draft.nodes.sort((a, b) => (a.id < b.id ? -1 : 1)) as never),
  part.map(
    (x): Recipe =>
      (draft) => {
        draft.groups ??= [];
        draft.groups.push({ id: `g${x}`, title: "", x, y: x, width: 1, height: 1 });
      },
  ),
  fc.constant<Recipe>((draft) => void delete draft.groups),
  fc.string().map(
    (name): Recipe =>
      (_, draft) =>
        void (draft.name = name),
  ),
);

/** What a person does, a thousand times over. */
const act: fc.Arbitrary<() => void> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("text/encode", "guidance/cfg").map((type) => () => void edits.addNode(type, origin)),
  },
  { weight: 6, arbitrary: recipe.map((change) => () => edit("Change", change)) },
  { weight: 2, arbitrary: recipe.map((change) => () => edit("Gesture", change, { merge: "one gesture" })) },
  {
    weight: 3,
    arbitrary: part.map(
      (at) => () => edits.removeNodes([workflow().nodes[Math.floor(at * workflow().nodes.length)]?.id ?? ""]),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(part, part).map(
      ([a, b]) =>
        () =>
          connectSome(a, b),
    ),
  },
  { weight: 3, arbitrary: fc.constant(undo) },
  { weight: 2, arbitrary: fc.constant(redo) },
  { weight: 1, arbitrary: part.map((at) => () => travelTo(Math.floor(at * (activeDocument()?.undo.length ?? 0)))) },
);

function connectSome(a: number, b: number): void {
  const { nodes } = workflow();
  const [from, to] = [nodes[Math.floor(a * nodes.length)], nodes[Math.floor(b * nodes.length)]];
  if (from && to) edits.connect([from.id, "denoiser"], [to.id, "strong"]);
}

test("thousands of random actions: undoing all gives the start, redoing all the end", () => {
  const acts = fc.array(act, { minLength: 3000, maxLength: 3000, size: "max" });
  fc.assert(
    fc.property(acts, (sequence) => {
      useDocuments.setState({ documents: [], activeId: null });
      newDocument();
      const start = workflow();
      for (const action of sequence) action();
      const end = workflow();
      const { length } = activeDocument()!.undo;
      travelTo(0);
      expect(workflow()).toBe(start);
      expect(isDirty(activeDocument()!)).toBe(false);
      // What was undone last is not part of the end.
      for (let at = 0; at < length; at++) redo();
      expect(workflow()).toEqual(end);
      for (let at = length; at > 0; at--) undo();
      expect(workflow()).toBe(start);
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

test("each step alone leads back to exactly what was there, and forth again", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), recipe, (sequence, change) => {
      for (const action of sequence) action();
      const before = workflow();
      edit("Change", change);
      const after = workflow();
      if (after === before) return;
      undo();
      expect(workflow()).toEqual(before);
      redo();
      expect(workflow()).toEqual(after);
    }),
    { numRuns: 100 },
  );
});

test("deleting, saving and undoing is a change; redoing to what was saved is none", () => {
  edits.addNode("text/encode", origin);
  edits.removeNodes(["encode"]);
  const { id } = activeDocument()!;
  documents.markSaved(id, workflow(), { handle: "h", name: "a", path: "/a" });
  expect(isDirty(activeDocument()!)).toBe(false);
  undo();
  expect(isDirty(activeDocument()!)).toBe(true);
  redo();
  expect(isDirty(activeDocument()!)).toBe(false);
  // A document that changed while it was written stays changed.
  const written = workflow();
  edits.addNode("text/encode", origin);
  documents.markSaved(id, written, { handle: "h", name: "a", path: "/a" });
  expect(isDirty(activeDocument()!)).toBe(true);
});

test("selecting is no step, and what leads nowhere is none", () => {
  edits.addNode("text/encode", origin);
  const { length } = activeDocument()!.undo;
  documents.select([]);
  documents.selectEdge(0);
  edit("Nothing", () => {});
  edits.moveNodes(new Map([["encode", origin]]), "a");
  expect(activeDocument()?.undo.length).toBe(length);
});

test("a long drag is one step that holds no more than its start and its end", () => {
  edits.addNode("text/encode", origin);
  for (let x = 1; x <= 500; x++) edits.moveNodes(new Map([["encode", { x, y: 0 }]]), "drag");
  const last = activeDocument()!.undo.at(-1)!;
  expect([last.patches.length, last.inverse.length]).toEqual([1, 1]);
  undo();
  expect(workflow().nodes[0]?.position).toEqual(origin);
  redo();
  expect(workflow().nodes[0]?.position?.x).toBe(500);
});

test("a gesture that ends where it began is no step", () => {
  edits.addNode("text/encode", origin);
  const before = activeDocument()!.undo.length;
  edits.moveNodes(new Map([["encode", { x: 40, y: 0 }]]), "drag");
  edits.moveNodes(new Map([["encode", origin]]), "drag");
  expect(activeDocument()?.undo.length).toBe(before);
});

test("dropping the same picture twice opens two documents, each with its own history", () => {
  const opened = {
    handle: null,
    name: "wf",
    path: "/wf.png",
    text: '{"fairlead":1,"nodes":[],"edges":[]}',
    fromPicture: true,
  };
  const first = documents.openDocument(opened);
  edit("Rename", (_, draft) => void (draft.name = "edited"));
  expect(documents.openDocument(opened)).not.toBe(first);
  documents.activate(first);
  expect(workflow().name).toBe("edited");
  expect(activeDocument()?.undo.length).toBe(1);
});

test("the same file comes to the front instead of a second time, with its edits", () => {
  const opened = {
    handle: "h",
    name: "a",
    path: "/a",
    text: '{"fairlead":1,"nodes":[],"edges":[]}',
    fromPicture: false,
  };
  const first = documents.openDocument(opened);
  edit("Rename", (_, draft) => void (draft.name = "edited"));
  newDocument();
  expect(documents.openDocument(opened)).toBe(first);
  expect(workflow().name).toBe("edited");
});
