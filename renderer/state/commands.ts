import { exportGraph } from "../canvas/picture/exportGraph.ts";
import { showRail } from "../panels/rail/railPanel.ts";
import { showScope } from "../panels/scope/showScope.ts";
import { arrangeCommands } from "./arrange/commands.ts";
import { toggleMinimap, toggleSnapping, useView } from "./canvasView.ts";
import { duplicate } from "./clipboard.ts";
import { type Command, command, hasDocument, hasSelection } from "./command.ts";
import { activeDocument, newDocument, redo, undo } from "./documents.ts";
import { removeSelection, selectAll } from "./edits.ts";
import { attempt, openWithDialog, saveActive } from "./files.ts";
import { linkCommands } from "./linkCommands.ts";
import { nodeCommands } from "./nodeCommands.ts";
import { copySelection, cutSelection } from "./paste.ts";
import { requestPaste } from "./pasteEvents.ts";
import { canWalk, walkRegions } from "./regions.ts";
import { isRunning, runActive, stopJob } from "./running.ts";
import { showSearch } from "./search.ts";
import { toggleTheme } from "./settings.ts";
import { askToClose, openPalette, showShortcuts } from "./shell.ts";
import { subgraphCommands } from "./subgraphCommands.ts";

const hasSelected = () => hasSelection() || activeDocument()?.selectedEdge != null;
const hasNodes = () => hasSelection();

/** Opens the node search where the pointer is, or in the middle. */
function searchHere(): void {
  const { canvas, pointer } = useView.getState();
  if (!canvas) return;
  const screen = pointer ?? canvas.centre();
  showSearch({ screen, at: canvas.toCanvas(screen) });
}

export const commands: readonly Command[] = [
  command("run", "Run", "play", ["Ctrl+Enter"], () => void runActive(), hasDocument),
  command("stop", "Stop", "square", ["Ctrl+."], () => void stopJob(), isRunning),
  command("undo", "Undo", "undo-2", ["Ctrl+Z"], undo, () => (activeDocument()?.undo.length ?? 0) > 0),
  command("redo", "Redo", "redo-2", ["Ctrl+Shift+Z", "Ctrl+Y"], redo, () => (activeDocument()?.redo.length ?? 0) > 0),
  command("new", "New workflow", "file-plus", ["Ctrl+N"], () => void newDocument()),
  command("open", "Open…", "folder-open", ["Ctrl+O"], () => void openWithDialog()),
  command("save", "Save", "save", ["Ctrl+S"], () => void saveActive(), hasDocument),
  command("save-as", "Save as…", "save", ["Ctrl+Shift+S"], () => void saveActive(true), hasDocument),
  command("close", "Close tab", "x", ["Ctrl+W"], () => void askToClose(activeDocument()?.id ?? ""), hasDocument),
  command("add-node", "Add node…", "plus", ["Space", "Tab"], searchHere, hasDocument),
  command("palette", "Search or run a command", "search", ["Ctrl+K"], openPalette),
  command("delete", "Delete", "trash-2", ["Delete", "Backspace"], removeSelection, hasSelected),
  command("duplicate", "Duplicate", "copy", ["Ctrl+D"], () => duplicate(), hasNodes),
  command("duplicate-linked", "Duplicate with links", "copy-plus", ["Ctrl+Shift+D"], () => duplicate(true), hasNodes),
  command("copy", "Copy", "copy", ["Ctrl+C"], () => void copySelection(), hasNodes),
  command("copy-linked", "Copy with links", "link", ["Ctrl+Shift+C"], () => void copySelection(true), hasNodes),
  command("cut", "Cut", "scissors", ["Ctrl+X"], () => void cutSelection(), hasNodes),
  command("paste", "Paste", "clipboard", ["Ctrl+V"], () => void attempt(requestPaste), hasDocument),
  command("select-all", "Select all", "box-select", ["Ctrl+A"], selectAll, hasDocument),
  command("fit", "Fit view", "maximize", ["F", "Ctrl+0"], () => useView.getState().canvas?.fit(), hasDocument),
  command("zoom-in", "Zoom in", "zoom-in", ["Ctrl+="], () => useView.getState().canvas?.zoomBy(1.2), hasDocument),
  command(
    "zoom-out",
    "Zoom out",
    "zoom-out",
    ["Ctrl+-"],
    () => useView.getState().canvas?.zoomBy(1 / 1.2),
    hasDocument,
  ),
  command("minimap", "Show or hide the minimap", "map", ["M"], toggleMinimap, hasDocument),
  command("snap", "Snap to the grid or move freely", "magnet", ["Shift+S"], toggleSnapping, hasDocument),
  command("scope", "Show the Scope", "activity", ["Ctrl+I"], showScope, hasDocument),
  ...nodeCommands,
  ...linkCommands,
  ...arrangeCommands,
  ...subgraphCommands,
  command("outline", "Show the outline", "list-tree", ["Ctrl+Shift+O"], () => showRail("outline"), hasDocument),
  command("next-region", "Next part of the window", "panels-top-left", ["F6"], () => walkRegions(1), canWalk),
  command("last-region", "Part of the window before", "panels-top-left", ["Shift+F6"], () => walkRegions(-1), canWalk),
  command("shortcuts", "All shortcuts", "keyboard", ["F1", "Ctrl+/"], () => showShortcuts(true)),
  command("export-png", "Export graph as PNG…", "workflow", [], () => void exportGraph("png"), hasDocument),
  command("export-svg", "Export graph as SVG…", "workflow", [], () => void exportGraph("svg"), hasDocument),
  command("theme", "Switch between dark and light", "sun-moon", [], toggleTheme),
];

export function commandOf(id: string): Command | undefined {
  return commands.find((one) => one.id === id);
}
