// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { expandSubgraphs } from "../../shared/subgraph/expand.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";

vi.mock("./catalog.ts", () => import("./testCatalog.ts"));

const { activeDocument, newDocument, redo, select, travelTo, undo, useDocuments } = await import("./documents.ts");
const { catalogByType } = await import("./testCatalog.ts");
const edits = await import("./edits.ts");
const clipboard = await import("./clipboard.ts");
const subgraphs = await import("./subgraphs.ts");
const ports = await import("./subgraphPorts.ts");

beforeEach(() => {
  useDocuments.setState({ documents: [], activeId: null });
  newDocument();
});

const origin = { x: 0, y: 0 };
const shown = (): Workflow => activeDocument()!.workflow;
const root = (): Workflow => activeDocument()!.root;
const linksOf = ({ edges }: Pick<Workflow, "edges">) =>
  edges.map(({ from, to }) => `${from.join(".")}>${to.join(".")}`);
const links = () => linksOf(shown());
const flat = () => expandSubgraphs(root(), catalogByType);

/** condition → rescale → cfg, of which the middle is packed. */
function packedChain(): string {
  edits.addNode("denoiser/condition", origin);
  edits.addNode("guidance/rescale", { x: 300, y: 0 });
  edits.addNode("guidance/cfg", { x: 600, y: 0 });
  edits.connect(["condition", "denoiser"], ["rescale", "denoiser"]);
  edits.connect(["rescale", "denoiser"], ["cfg", "strong"]);
  select(["rescale"]);
  subgraphs.packSelection();
  return activeDocument()!.selection[0]!;
}

test("packing is one step that gives one node with the links that it had", () => {
  const id = packedChain();
  expect(links()).toEqual([`condition.denoiser>${id}.denoiser`, `${id}.denoiser>cfg.strong`]);
  expect(catalogByType.get(`subgraph/${id}`)).toMatchObject({ title: "Subgraph", summary: "Holds 1 node." });
  undo();
  expect(root().subgraphs).toBeUndefined();
  expect(links()).toEqual(["condition.denoiser>rescale.denoiser", "rescale.denoiser>cfg.strong"]);
  redo();
  expect(root().subgraphs).toHaveLength(1);
});

test("unpacking gives back what was packed, and lets go of a subgraph that nothing uses", () => {
  const id = packedChain();
  select([id]);
  subgraphs.unpackSelection();
  expect(root().subgraphs).toBeUndefined();
  expect(activeDocument()?.selection).toEqual(["rescale"]);
  expect(shown().nodes.find((node) => node.id === "rescale")?.position).toEqual({ x: 300, y: 0 });
  expect(links()).toEqual(["rescale.denoiser>cfg.strong", "condition.denoiser>rescale.denoiser"]);
});

test("inside, edits change the subgraph for all that stand for it", () => {
  const id = packedChain();
  select([id]);
  clipboard.duplicate();
  expect(root().subgraphs).toHaveLength(1);
  expect(subgraphs.enter(id)).toBe(true);
  expect(shown().nodes.map(({ type }) => type)).toEqual(["guidance/rescale", "graph/inputs", "graph/outputs"]);
  edits.addNode("guidance/cfg", origin);
  expect(
    flat()
      .workflow.nodes.map((node) => node.id)
      .sort(),
  ).toEqual(["cfg", "condition", `${id}/cfg`, `${id}/rescale`, `${id}-2/cfg`, `${id}-2/rescale`].sort());
  subgraphs.leave();
  expect(activeDocument()?.selection).toEqual([id]);
  subgraphs.makeUnique();
  expect(root().subgraphs?.map((one) => one.name)).toEqual(["Subgraph", "Subgraph 2"]);
  expect(flat().problems).toEqual([]);
});

test("undo goes to where the step was made", () => {
  const id = packedChain();
  subgraphs.enter(id);
  edits.setTitle("rescale", "Calm");
  subgraphs.leave();
  edits.addNode("text/encode", origin);
  undo();
  expect(activeDocument()?.inside).toEqual([]);
  undo();
  expect(activeDocument()?.inside).toEqual([id]);
  expect(shown().nodes[0]).not.toHaveProperty("title");
  // The step that made the subgraph: there is no inside to be in.
  undo();
  expect(activeDocument()?.inside).toEqual([]);
  travelTo(0);
  expect(shown().nodes).toEqual([]);
});

test("what would feed itself through the new node is refused", () => {
  packedChain();
  undo();
  select(["condition", "cfg"]);
  const before = root();
  subgraphs.packSelection();
  expect(root()).toBe(before);
});

test("a port dropped on the rim joins inside and outside, and goes by one name everywhere", () => {
  const id = packedChain();
  subgraphs.enter(id);
  edits.addNode("guidance/cfg", origin);
  ports.addPort("inputs", "denoiser", "weak", ["cfg", "weak"]);
  expect(links()).toContain("inputs.weak>cfg.weak");
  subgraphs.leave();
  edits.connect(["condition", "denoiser"], [id, "weak"]);
  subgraphs.enter(id);
  ports.renamePort("inputs", "weak", "Second branch");
  expect(links()).toContain("inputs.Second branch>cfg.weak");
  expect(linksOf(root())).toContain(`condition.denoiser>${id}.Second branch`);
  expect(flat().problems).toEqual([]);
  ports.movePort("inputs", "Second branch", -1);
  expect(Object.keys(catalogByType.get(`subgraph/${id}`)!.inputs)).toEqual(["Second branch", "denoiser"]);
  ports.removePort("inputs", "Second branch");
  expect(links().join()).not.toContain("Second branch");
  expect(linksOf(root()).join()).not.toContain("Second branch");
});

test("a shown parameter is set on each instance and bound by name, through instances in instances", () => {
  const id = packedChain();
  subgraphs.enter(id);
  edits.addNode("guidance/cfg", origin);
  ports.toggleShown("cfg", "scale");
  subgraphs.leave();
  edits.setParam(id, "scale", 2n ** 60n, "typed");
  expect(flat().workflow.nodes.find((node) => node.id === `${id}/cfg`)?.params).toEqual({ scale: 2n ** 60n });
  select([id]);
  subgraphs.packSelection();
  const outer = activeDocument()!.selection[0]!;
  subgraphs.enter(outer);
  ports.toggleShown(id, "scale");
  subgraphs.enter(id);
  ports.renamePort("params", "scale", "How much");
  subgraphs.leave(2);
  edits.setParam(outer, "scale", 7, "typed");
  expect(flat()).toMatchObject({ problems: [] });
  expect(flat().workflow.nodes.find((node) => node.id === `${outer}/${id}/cfg`)?.params).toEqual({ scale: 7 });
  subgraphs.enter(outer);
  subgraphs.enter(id);
  ports.toggleShown("cfg", "scale");
  expect(root().subgraphs?.map(({ params }) => params)).toEqual([[], []]);
  expect(root().nodes.find((node) => node.id === outer)?.params).toEqual({});
});

test("copies bring their subgraph into another document, under another id where it means something else", () => {
  const id = packedChain();
  select([id]);
  const text = clipboard.copyText();
  newDocument();
  clipboard.pasteText(text, origin);
  clipboard.pasteText(text, origin);
  expect(root().subgraphs).toHaveLength(1);
  subgraphs.enter(activeDocument()!.selection[0]!);
  edits.addNode("guidance/cfg", origin);
  subgraphs.leave();
  clipboard.pasteText(text, origin);
  expect(root().subgraphs?.map((one) => one.id)).toEqual([id, `${id}-2`]);
  expect(flat().problems).toEqual([]);
});

test("a subgraph cannot be pasted into itself, and its rim is not copied", () => {
  const id = packedChain();
  select([id]);
  const text = clipboard.copyText();
  subgraphs.enter(id);
  const before = root();
  clipboard.pasteText(text, origin);
  expect(root()).toBe(before);
  edits.selectAll();
  clipboard.duplicate();
  expect(shown().nodes.filter(({ type }) => type.startsWith("graph/"))).toHaveLength(2);
});

test("deleting the last node of a subgraph takes the subgraph along, and those inside", () => {
  const id = packedChain();
  select([id]);
  subgraphs.packSelection();
  expect(root().subgraphs).toHaveLength(2);
  edits.removeNodes(activeDocument()!.selection);
  expect(root().subgraphs).toBeUndefined();
  undo();
  expect(root().subgraphs).toHaveLength(2);
});
