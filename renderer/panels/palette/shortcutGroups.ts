import type { Command } from "../../state/command.ts";

interface Shortcut {
  readonly label: string;
  /** "Ctrl+Shift+Z", or words for a gesture. */
  readonly keys: readonly string[];
}

interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

const placed: readonly (readonly [title: string, ids: readonly string[]])[] = [
  ["Files and runs", ["run", "stop", "new", "open", "save", "save-as", "close", "palette", "scope", "shortcuts"]],
  ["View", ["fit", "fit-selection", "zoom-in", "zoom-out", "minimap", "snap"]],
  ["Edit", ["undo", "redo", "copy", "copy-linked", "cut", "paste", "duplicate", "duplicate-linked", "delete"]],
  ["Nodes", ["add-node", "select-all", "bypass", "mute", "collapse", "pin", "rename", "replace", "insert"]],
];

const gestures: readonly Shortcut[] = [
  { label: "Add a node", keys: ["Double click"] },
  { label: "Add and connect a node", keys: ["Drag a wire", "to the empty canvas"] },
  { label: "Select an area", keys: ["Shift", "drag"] },
  { label: "Add to the selection", keys: ["Shift", "click"] },
  { label: "Add or remove a reroute point", keys: ["Alt", "click on a wire"] },
  { label: "Put a node on a wire", keys: ["Drag it", "onto the wire"] },
  { label: "Change a number finely or coarsely", keys: ["Shift or Ctrl", "drag"] },
];

/** All shortcuts by what they are for, then what the pointer does. Commands without keys are left out. */
export function shortcutGroups(commands: readonly Command[]): readonly ShortcutGroup[] {
  const isPlaced = new Set(placed.flatMap(([, ids]) => ids));
  const rest = commands.filter(({ id }) => !isPlaced.has(id)).map(({ id }) => id);
  const byId = new Map(commands.map((command) => [command.id, command]));
  const groups = [...placed, ["Arrange and more", rest] as const].map(([title, ids]) => ({
    title,
    shortcuts: ids.flatMap((id) => {
      const { label, keys } = byId.get(id) ?? { label: "", keys: [] };
      return keys.length === 0 ? [] : [{ label: label.replace("…", ""), keys: keys[0]!.split("+") }];
    }),
  }));
  return [...groups, { title: "Pointer", shortcuts: gestures }];
}
