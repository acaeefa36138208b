import { useView } from "./canvasView.ts";
import { type Command, command, hasSelection } from "./command.ts";
import { activeDocument, edit } from "./documents.ts";
import { showSearch } from "./search.ts";

const hasLink = () => activeDocument()?.selectedEdge != null;
const hasVia = () => {
  const active = activeDocument();
  return active?.selectedEdge != null && active.workflow.edges[active.selectedEdge]?.via !== undefined;
};
const hasOne = () => hasSelection() && activeDocument()?.selection.length === 1;

/** Opens the search for a node to put on the selected link. */
function insertHere(): void {
  const edge = activeDocument()?.selectedEdge;
  if (edge != null) openSearch({ kind: "insert", edge });
}

/** Opens the search for a node to put in the place of the selected one. */
function replaceHere(): void {
  const [node] = activeDocument()?.selection ?? [];
  if (node !== undefined) openSearch({ kind: "replace", node });
}

function openSearch(task: NonNullable<Parameters<typeof showSearch>[0]["task"]>): void {
  const { canvas, pointer } = useView.getState();
  if (canvas === null) return;
  const screen = pointer ?? canvas.centre();
  showSearch({ screen, at: canvas.toCanvas(screen), task });
}

/** Straightens the selected link. */
function removeVias(): void {
  const edge = activeDocument()?.selectedEdge;
  if (edge == null) return;
  edit("Remove reroutes", (draft) => {
    delete draft.edges[edge]?.via;
  });
}

/** What changes links without dragging their ends. */
export const linkCommands: readonly Command[] = [
  command("insert", "Insert a node…", "between-horizontal-start", ["Shift+Space"], insertHere, hasLink),
  command("straighten", "Remove reroute points", "spline", [], removeVias, hasVia),
  command("replace", "Replace by…", "replace", ["Shift+R"], replaceHere, hasOne),
];
