// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";

vi.mock("./catalog.ts", () => import("./testCatalog.ts"));
const saved: { name: string; text: string }[] = [];
vi.mock("./bridge.ts", () => ({
  ContractFailure: class extends Error {},
  call: async (name: string, input: { name: string; text: string }) => {
    if (name === "template.save") saved.push(input);
    return name === "document.examples"
      ? saved.map((one) => ({ ...one, about: "", thumbnail: null, isOwn: true }))
      : {};
  },
}));

const { activeDocument, newDocument, select, undo, useDocuments } = await import("./documents.ts");
const edits = await import("./edits.ts");
const subgraphs = await import("./subgraphs.ts");
const { bringIn, keepSubgraph, keptSubgraphs } = await import("./library.ts");
const { useTemplates } = await import("./templates.ts");

beforeEach(() => {
  useDocuments.setState({ documents: [], activeId: null });
  newDocument();
  saved.length = 0;
});

test("a subgraph that was kept comes into any other document, in one step with its node", async () => {
  edits.addNode("guidance/rescale", { x: 0, y: 0 });
  subgraphs.packSelection();
  edits.setTitle("subgraph", "Calm down");
  select(["subgraph"]);
  await keepSubgraph();
  expect(saved.map(({ name }) => name)).toEqual(["Calm down"]);
  const list = () => keptSubgraphs(useTemplates.getState().list ?? []);
  // Where it is already, the document's own stands for it.
  expect(list()).toEqual([]);
  newDocument();
  const [kept] = list();
  expect(kept?.kind).toMatchObject({ title: "Calm down", summary: "From your library." });
  const steps = activeDocument()!.undo.length;
  expect(edits.addNode(bringIn(kept!), { x: 5, y: 5 })).toBe("subgraph");
  expect(activeDocument()?.undo.length).toBe(steps + 1);
  expect(activeDocument()?.root.subgraphs?.map(({ name }) => name)).toEqual(["Calm down"]);
  undo();
  expect(activeDocument()?.root.subgraphs ?? []).toEqual([]);
});
