// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";

vi.mock("./catalog.ts", () => import("./testCatalog.ts"));

const { activeDocument, newDocument, undo, useDocuments } = await import("./documents.ts");
const edits = await import("./edits.ts");
const { applyFix } = await import("./applyFix.ts");
const { fixOf } = await import("./fixes.ts");
const { toggleMode } = await import("./looks.ts");
const { catalogByType } = await import("./testCatalog.ts");

const origin = { x: 0, y: 0 };
const workflow = () => activeDocument()!.workflow;
const links = () => workflow().edges.map(({ from, to }) => `${from.join(".")}>${to.join(".")}`);
const fix = (node: string | null, port: string | null, severity: "error" | "warning" = "error") =>
  fixOf({ node, port, severity, message: "" }, workflow(), catalogByType);

beforeEach(() => {
  useDocuments.setState({ documents: [], activeId: null });
  newDocument();
});

test("a free input takes the only output of its type", () => {
  edits.addNode("denoiser/condition", origin);
  edits.addNode("guidance/rescale", origin);
  const found = fix("rescale", "denoiser");
  expect(found).toMatchObject({ kind: "connect", label: "Connect Condition" });
  applyFix(found!);
  expect(links()).toEqual(["condition.denoiser>rescale.denoiser"]);
});

test("with two candidates nothing is guessed; one that would make a loop is none", () => {
  edits.addNode("denoiser/condition", origin);
  edits.addNode("guidance/rescale", origin);
  edits.addNode("guidance/cfg", origin);
  expect(fix("cfg", "strong")).toBeNull();
  edits.connect(["cfg", "denoiser"], ["rescale", "denoiser"]);
  expect(fix("cfg", "strong")).toMatchObject({ label: "Connect Condition" });
});

test("where nothing gives the type, the usual node is added with what it needs, in one step", () => {
  edits.addNode("model/load", origin);
  edits.addNode("denoiser/condition", { x: 600, y: 0 });
  edits.connect(["load", "model"], ["condition", "model"]);
  const found = fix("condition", "conditioning");
  expect(found).toMatchObject({ kind: "add", label: "Add Encode text" });
  applyFix(found!);
  expect(links()).toEqual([
    "load.model>condition.model",
    "encode.conditioning>condition.conditioning",
    "load.model>encode.model",
  ]);
  undo();
  expect(workflow().nodes).toHaveLength(2);
  expect(links()).toHaveLength(1);
});

test("links that do not fit are removed, a bypass in the way is ended", () => {
  edits.addNode("model/load", origin);
  edits.addNode("guidance/rescale", origin);
  edits.connect(["load", "model"], ["rescale", "denoiser"]);
  expect(fix("rescale", "denoiser")).toMatchObject({ kind: "disconnect" });
  applyFix(fix("rescale", "denoiser")!);
  expect(links()).toEqual([]);
  edits.addNode("denoiser/condition", origin);
  toggleMode("bypass");
  edits.connect(["condition", "denoiser"], ["rescale", "denoiser"]);
  applyFix(fix("rescale", "denoiser")!);
  expect(workflow().nodes.some(({ mode }) => mode !== undefined)).toBe(false);
});

test("values out of range go back to the default, unknown parameters go, unknown nodes ask for another", () => {
  edits.addNode("guidance/cfg", origin, { scale: 99, speed: 1 });
  expect(fix("cfg", "scale")).toMatchObject({ label: "Set to 4" });
  expect(fix("cfg", "scale", "warning")).toBeNull();
  applyFix(fix("cfg", "scale")!);
  applyFix(fix("cfg", "speed", "warning")!);
  expect(workflow().nodes[0]?.params).toEqual({});
  edits.addNode("wavelet/cfg", origin);
  expect(fix("cfg-2", null)).toMatchObject({ kind: "replace" });
});
