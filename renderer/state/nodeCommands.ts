import { renameNode, useView } from "./canvasView.ts";
import { type Command, command, hasSelection } from "./command.ts";
import { activeDocument } from "./documents.ts";
import { selectedSteps, toggleFlag, toggleMode } from "./looks.ts";

const hasOne = () => activeDocument()?.selection.length === 1;
const hasNodes = () => hasSelection();
const hasSteps = () => selectedSteps().length > 0;

function renameSelected(): void {
  renameNode(activeDocument()?.selection[0] ?? null);
}

function fitSelection(): void {
  useView.getState().canvas?.fitTo(activeDocument()?.selection ?? []);
}

/** What can be done to selected nodes, besides moving and copying them. */
export const nodeCommands: readonly Command[] = [
  command("bypass", "Bypass", "route", ["Ctrl+B"], () => toggleMode("bypass"), hasSteps),
  command("mute", "Mute", "circle-slash-2", ["Ctrl+M"], () => toggleMode("mute"), hasSteps),
  command("collapse", "Collapse", "chevrons-down-up", ["Alt+C"], () => toggleFlag("collapsed"), hasNodes),
  command("pin", "Pin", "pin", ["Alt+P"], () => toggleFlag("pinned"), hasNodes),
  command("rename", "Rename", "pencil", ["F2"], renameSelected, hasOne),
  command("fit-selection", "Zoom to selection", "focus", ["Shift+F"], fitSelection, hasNodes),
];
