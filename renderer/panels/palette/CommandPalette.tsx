import { keysOf } from "../../state/bindings.ts";
import { useView } from "../../state/canvasView.ts";
import { catalog } from "../../state/catalog.ts";
import { commands } from "../../state/commands.ts";
import { addNode } from "../../state/edits.ts";
import { closePalette, useShell } from "../../state/shell.ts";
import { categoryOf, groupOf } from "../../theme/categories.ts";
import { commandIcon } from "./commandIcons.ts";
import { type PaletteItem, PaletteView } from "./PaletteView.tsx";
import { Shortcuts } from "./Shortcuts.tsx";

/** Every command that applies now and every node, while somebody asked for them; the list of shortcuts likewise. */
export function CommandPalette() {
  const isOpen = useShell((state) => state.isPaletteOpen);
  return (
    <>
      {isOpen && <PaletteView items={[...commandItems(), ...nodeItems()]} onClose={closePalette} />}
      <Shortcuts />
    </>
  );
}

function commandItems(): PaletteItem[] {
  return commands
    .filter(({ id, when }) => id !== "palette" && when())
    .map(({ id, label, icon, run }) => {
      const [keys] = keysOf(id);
      return { id, label, icon: commandIcon(icon), run, ...(keys === undefined ? {} : { keys }) };
    });
}

/** Adds every kind of node in the middle of the canvas. */
function nodeItems(): PaletteItem[] {
  const { canvas } = useView.getState();
  if (canvas === null) return [];
  return catalog
    .filter(({ status }) => status !== "deprecated")
    .map(({ type, title, keywords }) => {
      const { icon, hue } = categoryOf(groupOf(type));
      const run = () => void addNode(type, canvas.toCanvas(canvas.centre()));
      return { id: `add ${type}`, label: `Add ${title}`, icon, hue, keywords: [type, ...keywords], run };
    });
}
