// @vitest-environment happy-dom
import fc from "fast-check";
import { beforeEach, expect, test, vi } from "vitest";
import type { Workflow } from "../../shared/workflow/workflow.ts";

vi.mock("./catalog.ts", () => import("./testCatalog.ts"));

const { activeDocument, isDirty, newDocument, redo, select, travelTo, undo, useDocuments } = await import(
  "./documents.ts"
);
const edits = await import("./edits.ts");
const clipboard = await import("./clipboard.ts");
const subgraphs = await import("./subgraphs.ts");
const ports = await import("./subgraphPorts.ts");

beforeEach(() => {
  useDocuments.setState({ documents: [], activeId: null });
  newDocument();
});

const workflow = (): Workflow => activeDocument()!.workflow;
const links = () => workflow().edges.map(({ from, to }) => `${from.join(".")}>${to.join(".")}`);
const origin = { x: 0, y: 0 };

function chain(): void {
  edits.addNode("denoiser/condition", origin);
  edits.addNode("guidance/rescale", origin);
  edits.addNode("guidance/cfg", origin);
  edits.connect(["condition", "denoiser"], ["rescale", "denoiser"]);
  edits.connect(["rescale", "denoiser"], ["cfg", "strong"]);
}

test("a new node is selected, has a free id, and can arrive connected", () => {
  expect(edits.addNode("guidance/rescale", { x: 1.4, y: 2.6 })).toBe("rescale");
  const link = { end: ["rescale", "denoiser"], side: "out", port: "strong" } as const;
  expect(edits.addNode("guidance/cfg", origin, {}, link)).toBe("cfg");
  expect(edits.addNode("guidance/rescale", origin)).toBe("rescale-2");
  expect(workflow().nodes[0]?.position).toEqual({ x: 1, y: 3 });
  expect(links()).toEqual(["rescale.denoiser>cfg.strong"]);
  expect(activeDocument()?.selection).toEqual(["rescale-2"]);
});

test("a single input gives up the wire it had", () => {
  chain();
  edits.connect(["condition", "denoiser"], ["cfg", "strong"]);
  expect(links()).toEqual(["condition.denoiser>rescale.denoiser", "condition.denoiser>cfg.strong"]);
});

test("deleting a node with one way through keeps the link", () => {
  chain();
  select(["rescale"]);
  edits.removeSelection();
  expect(links()).toEqual(["condition.denoiser>cfg.strong"]);
  undo();
  expect(links()).toEqual(["condition.denoiser>rescale.denoiser", "rescale.denoiser>cfg.strong"]);
});

test("deleting a node does not link what does not fit", () => {
  edits.addNode("text/encode", origin);
  edits.addNode("denoiser/condition", origin);
  edits.addNode("guidance/rescale", origin);
  edits.connect(["encode", "conditioning"], ["condition", "conditioning"]);
  edits.connect(["condition", "denoiser"], ["rescale", "denoiser"]);
  edits.removeNodes(["condition"]);
  expect(links()).toEqual([]);
});

test("changes of one gesture are one step, of two gestures two", () => {
  chain();
  const before = activeDocument()!.undo.length;
  edits.setParam("cfg", "scale", 5, "scrub-1");
  edits.setParam("cfg", "scale", 6, "scrub-1");
  edits.setParam("cfg", "scale", 7, "scrub-2");
  expect(activeDocument()?.undo.length).toBe(before + 2);
  undo();
  expect(workflow().nodes[2]?.params.scale).toBe(6);
  undo();
  expect(workflow().nodes[2]?.params.scale).toBeUndefined();
});

test("copies keep the links among them and every digit of a seed", () => {
  chain();
  edits.setParam("cfg", "scale", 18446744073709551615n, "typed");
  select(["rescale", "cfg"]);
  clipboard.duplicate();
  expect(activeDocument()?.selection).toEqual(["rescale-2", "cfg-2"]);
  expect(links()).toContain("rescale-2.denoiser>cfg-2.strong");
  expect(workflow().nodes.find(({ id }) => id === "cfg-2")?.params.scale).toBe(18446744073709551615n);
  expect(clipboard.pasteText("a shopping list", origin)).toBe(false);
});

test("pasting twice shows two copies", () => {
  edits.addNode("guidance/rescale", origin);
  const text = clipboard.copyText();
  clipboard.pasteText(text, { x: 32, y: 32 });
  clipboard.pasteText(text, { x: 32, y: 32 });
  expect(workflow().nodes.map(({ position }) => position?.x)).toEqual([0, 32, 64]);
});

test("a title of blanks is none", () => {
  chain();
  edits.setTitle("cfg", " Strong ");
  expect(workflow().nodes[2]?.title).toBe("Strong");
  edits.setTitle("cfg", "  ");
  expect(workflow().nodes[2]).not.toHaveProperty("title");
});

type Step = (pick: (list: readonly { readonly id: string }[]) => string) => void;

/** A random action of a person; it means something in every document. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom("text/encode", "guidance/cfg", "guidance/rescale").map(
    (type): Step =>
      () =>
        void edits.addNode(type, origin),
  ),
  fc.nat(300).map(
    (x): Step =>
      (pick) =>
        edits.moveNodes(new Map([[pick(workflow().nodes), { x, y: 7 }]]), `move-${x % 3}`),
  ),
  fc.nat(9).map(
    (value): Step =>
      (pick) =>
        edits.setParam(pick(workflow().nodes), "scale", value, "typed"),
  ),
  fc.constant<Step>((pick) => edits.connect([pick(workflow().nodes), "denoiser"], [pick(workflow().nodes), "strong"])),
  fc.constant<Step>((pick) => edits.removeNodes([pick(workflow().nodes)])),
  fc.constant<Step>((pick) => edits.setTitle(pick(workflow().nodes), "Named")),
  fc.nat(3).map(
    (at): Step =>
      () =>
        edits.addVia(at, 0, { x: at, y: at }),
  ),
  fc.nat(3).map(
    (at): Step =>
      () =>
        edits.removeVia(at, 0),
  ),
  fc.constant<Step>((pick) => {
    select([pick(workflow().nodes)]);
    clipboard.duplicate();
  }),
  fc.constant<Step>((pick) => {
    select([pick(workflow().nodes), pick([...workflow().nodes].reverse())]);
    subgraphs.packSelection();
  }),
  fc.constant<Step>((pick) => {
    select([pick(workflow().nodes)]);
    subgraphs.unpackSelection();
  }),
  fc.constant<Step>((pick) => void subgraphs.enter(pick(workflow().nodes))),
  fc.constant<Step>(() => subgraphs.leave()),
  fc.constant<Step>((pick) => {
    select([pick(workflow().nodes)]);
    subgraphs.makeUnique();
  }),
  fc.constant<Step>((pick) => ports.toggleShown(pick(workflow().nodes), "scale")),
  fc.constantFrom("inputs" as const, "outputs" as const, "params" as const).chain((side) =>
    fc.constantFrom("add", "rename", "move", "remove").map(
      (what): Step =>
        () => {
          const name = subgraphs.openSubgraph()?.[side][0]?.name ?? "";
          if (what === "add" && side !== "params") ports.addPort(side, "denoiser", "denoiser");
          else if (what === "rename") ports.renamePort(side, name, `${name}x`);
          else if (what === "move") ports.movePort(side, name, 1);
          else ports.removePort(side, name);
        },
    ),
  ),
  fc.constant<Step>(() => undo()),
  fc.constant<Step>(() => redo()),
);

test("undoing all of any sequence gives the start, redoing all the end", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.nat()), { maxLength: 40 }), (steps) => {
      useDocuments.setState({ documents: [], activeId: null });
      newDocument();
      const root = () => activeDocument()!.root;
      const start = root();
      for (const [act, seed] of steps) act((list) => list[seed % Math.max(1, list.length)]?.id ?? "nobody");
      // What was undone on the way is not part of the end.
      const end = root();
      const { length } = activeDocument()!.undo;
      travelTo(0);
      expect(root()).toBe(start);
      expect(isDirty(activeDocument()!)).toBe(false);
      travelTo(length);
      expect(root()).toEqual(end);
    }),
    { numRuns: 200 },
  );
});

test("copies with links read from what the originals read from, also after a trip through the clipboard", () => {
  chain();
  select(["rescale"]);
  clipboard.duplicate(true);
  expect(links()).toContain("condition.denoiser>rescale-2.denoiser");
  select(["rescale"]);
  const text = clipboard.copyText(true);
  newDocument();
  clipboard.pasteText(text, origin);
  expect(links()).toEqual([]);
  edits.addNode("denoiser/condition", origin);
  clipboard.pasteText(text, origin);
  expect(links()).toEqual(["condition.denoiser>rescale-2.denoiser"]);
});

test("a parameter of several nodes changes in one step", () => {
  chain();
  edits.addNode("guidance/cfg", origin);
  edits.setParams(["cfg", "cfg-2"], "scale", 3, "a");
  edits.setParams(["cfg", "cfg-2"], "scale", 6, "a");
  expect(workflow().nodes.map(({ params }) => params.scale)).toEqual([undefined, undefined, 6, 6]);
  undo();
  expect(workflow().nodes.every(({ params }) => params.scale === undefined)).toBe(true);
});
