import type { Draft } from "immer";
import type { Graph, Point, Workflow } from "../../shared/workflow/workflow.ts";
import { call } from "./bridge.ts";
import { useView } from "./canvasView.ts";
import { catalogByType } from "./catalog.ts";
import { activeDocument, edit, select } from "./documents.ts";
import { addingOf, addNode, connect, setParam } from "./edits.ts";
import { attempt } from "./files.ts";
import { type Fix, onlySources } from "./fixes.ts";
import { showSearch } from "./search.ts";

const step = 260;

/** Does what a fix says, as one step of undo. */
export function applyFix(fix: Fix): void {
  if (fix.kind === "connect") connect(fix.from, fix.to);
  else if (fix.kind === "add") addGiver(fix);
  else if (fix.kind === "show")
    addNode(fix.type, beside(fix.from[0], step + 40), {}, { end: fix.from, side: "out", port: fix.input });
  else if (fix.kind === "use-model") void attempt(() => useModel(fix));
  else if (fix.kind === "replace") searchReplacement(fix.node);
  else edit(fix.label, (draft) => mend(draft, fix));
}

type Simple = Extract<Fix, { kind: "disconnect" | "end-bypass" | "drop-param" | "reset" }>;

function mend(draft: Draft<Graph>, fix: Simple): void {
  if (fix.kind === "disconnect") {
    draft.edges = draft.edges.filter(({ to }) => to[0] !== fix.to[0] || to[1] !== fix.to[1]);
    return;
  }
  const node = draft.nodes.find(({ id }) => id === fix.node);
  if (node === undefined) return;
  if (fix.kind === "end-bypass") delete node.mode;
  else delete node.params[fix.param];
}

/** Puts the path of a model of the library in the place of one that is missing. */
async function useModel({ node, param, model }: Extract<Fix, { kind: "use-model" }>): Promise<void> {
  const { path } = await call("library.path", { id: model, document: activeDocument()?.handle ?? null });
  setParam(node, param, path, `use ${model}`);
}

/** Adds a node left of the one that needs it; its own inputs are connected where there is only one choice. */
function addGiver({ type, output, to }: Extract<Fix, { kind: "add" }>): void {
  const id = addNode(type, beside(to[0], -step), {}, { end: to, side: "in", port: output });
  const kind = catalogByType.get(type);
  for (const [name, port] of Object.entries(kind?.inputs ?? {})) {
    const workflow = activeDocument()?.workflow;
    const sources = workflow ? onlySources(workflow, catalogByType, [id, name], port.wire) : [];
    if (port.optional || sources.length !== 1) continue;
    const { end } = sources[0]!;
    edit("Connect", (draft) => void draft.edges.push({ from: [...end], to: [id, name] }), { merge: addingOf(id) });
  }
}

/** A free place beside a node. */
function beside(id: string, dx: number): Point {
  const nodes = activeDocument()?.workflow.nodes ?? [];
  const { x, y } = nodes.find((node) => node.id === id)?.position ?? { x: 0, y: 0 };
  return freePlace({ x: x + dx, y }, nodes);
}

const room = { width: 200, height: 140 };

function freePlace(wish: Point, nodes: Workflow["nodes"]): Point {
  let { x, y } = wish;
  const isTaken = () =>
    nodes.some(
      ({ position }) =>
        position !== undefined && Math.abs(position.x - x) < room.width && Math.abs(position.y - y) < room.height,
    );
  while (isTaken()) y += room.height / 2;
  return { x, y };
}

function searchReplacement(node: string): void {
  const { canvas } = useView.getState();
  if (canvas === null) return;
  select([node]);
  canvas.centreOn(node);
  const screen = canvas.centre();
  showSearch({ screen, at: canvas.toCanvas(screen), task: { kind: "replace", node } });
}
