// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";

vi.mock("./catalog.ts", () => import("./testCatalog.ts"));

const { activeDocument, newDocument, undo, useDocuments } = await import("./documents.ts");
const edits = await import("./edits.ts");
const { insertOnLink } = await import("./insert.ts");
const { swapNode, swapOf } = await import("./swap.ts");
const { catalogByType } = await import("./testCatalog.ts");

const origin = { x: 0, y: 0 };
const links = () => activeDocument()!.workflow.edges.map(({ from, to }) => `${from.join(".")}>${to.join(".")}`);

beforeEach(() => {
  useDocuments.setState({ documents: [], activeId: null });
  newDocument();
  edits.addNode("denoiser/condition", origin);
  edits.addNode("guidance/cfg", origin);
  edits.addNode("guidance/rescale", origin);
  edits.connect(["condition", "denoiser"], ["cfg", "strong"]);
});

test("a node that is dropped on a link is inserted, in one step with its move", () => {
  edits.addVia(0, 0, { x: 5, y: 5 });
  edits.moveNodes(new Map([["rescale", { x: 50, y: 50 }]]), "move-1");
  expect(insertOnLink(0, "rescale", "move-1")).toBe(true);
  expect(links()).toEqual(["rescale.denoiser>cfg.strong", "condition.denoiser>rescale.denoiser"]);
  expect(activeDocument()?.workflow.edges[1]?.via).toEqual([{ x: 5, y: 5 }]);
  undo();
  expect(links()).toEqual(["condition.denoiser>cfg.strong"]);
  expect(activeDocument()?.workflow.nodes[2]?.position).toEqual(origin);
});

test("a node is not inserted where types do not fit, its input is taken, or a loop would arise", () => {
  edits.addNode("model/load", origin);
  expect(insertOnLink(0, "load", "")).toBe(false);
  expect(insertOnLink(0, "cfg", "")).toBe(false);
  edits.connect(["cfg", "denoiser"], ["rescale", "denoiser"]);
  expect(insertOnLink(0, "rescale", "")).toBe(false);
});

test("of a deleted node with one way through the link is kept, whatever else is connected", () => {
  edits.addNode("guidance/cfg", origin);
  edits.connect(["rescale", "denoiser"], ["cfg-2", "strong"]);
  edits.connect(["condition", "denoiser"], ["rescale", "denoiser"]);
  edits.removeNodes(["rescale"]);
  expect(links()).toContain("condition.denoiser>cfg-2.strong");
  edits.connect(["condition", "denoiser"], ["cfg-2", "weak"]);
  edits.addNode("guidance/rescale", origin);
  edits.connect(["cfg-2", "denoiser"], ["rescale", "denoiser"]);
  edits.removeNodes(["cfg-2"]);
  expect(links()).not.toContain("condition.denoiser>rescale.denoiser");
});

test("a node that takes another's place keeps the links and parameters that fit", () => {
  edits.setParam("cfg", "scale", 7, "a");
  edits.connect(["cfg", "denoiser"], ["rescale", "denoiser"]);
  edits.connect(["condition", "denoiser"], ["cfg", "weak"]);
  expect(swapOf(activeDocument()!.workflow, catalogByType, "cfg", "guidance/rescale").lost).toBe(1);
  swapNode("cfg", "guidance/rescale");
  expect(links()).toEqual(["condition.denoiser>cfg.denoiser", "cfg.denoiser>rescale.denoiser"]);
  expect(activeDocument()?.workflow.nodes[1]).toMatchObject({ id: "cfg", type: "guidance/rescale", params: {} });
  undo();
  expect(activeDocument()?.workflow.nodes[1]?.params).toEqual({ scale: 7 });
  expect(links()).toHaveLength(3);
});

test("reroute points move with both ends of their link", () => {
  edits.addVia(0, 0, { x: 10, y: 20 });
  edits.moveNodes(new Map([["condition", { x: 5, y: 5 }]]), "one");
  expect(activeDocument()?.workflow.edges[0]?.via).toEqual([{ x: 10, y: 20 }]);
  edits.moveNodes(
    new Map([
      ["condition", { x: 105, y: 5 }],
      ["cfg", { x: 100, y: 0 }],
    ]),
    "two",
  );
  expect(activeDocument()?.workflow.edges[0]?.via).toEqual([{ x: 110, y: 20 }]);
});
