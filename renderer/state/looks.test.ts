// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";

vi.mock("./catalog.ts", () => import("./testCatalog.ts"));

const { activeDocument, newDocument, select, undo, useDocuments } = await import("./documents.ts");
const { addNode } = await import("./edits.ts");
const { setColor, toggleFlag, toggleMode } = await import("./looks.ts");

const nodes = () => activeDocument()!.workflow.nodes;

beforeEach(() => {
  useDocuments.setState({ documents: [], activeId: null });
  newDocument();
  for (const x of [0, 300]) addNode("guidance/rescale", { x, y: 0 });
  select(["rescale", "rescale-2"]);
});

test("a mode is one step for the whole selection and ends where all have it", () => {
  select(["rescale"]);
  toggleMode("bypass");
  select(["rescale", "rescale-2"]);
  toggleMode("bypass");
  expect(nodes().map(({ mode }) => mode)).toEqual(["bypass", "bypass"]);
  toggleMode("mute");
  expect(nodes().map(({ mode }) => mode)).toEqual(["mute", "mute"]);
  toggleMode("mute");
  expect(nodes().some((node) => "mode" in node)).toBe(false);
  undo();
  expect(nodes().map(({ mode }) => mode)).toEqual(["mute", "mute"]);
});

test("collapsing, pinning and colours leave no field behind when they are taken back", () => {
  const before = nodes();
  toggleFlag("collapsed");
  toggleFlag("pinned");
  setColor("#d9595f");
  expect(nodes()[1]).toMatchObject({ collapsed: true, pinned: true, color: "#d9595f" });
  toggleFlag("collapsed");
  toggleFlag("pinned");
  setColor(null);
  expect(nodes()).toEqual(before);
});
