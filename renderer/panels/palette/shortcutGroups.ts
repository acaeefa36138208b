import type { Command } from "../../state/command.ts";

interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

const placed: readonly (readonly [title: string, ids: readonly string[]])[] = [
  ["Files and runs", ["run", "stop", "new", "open", "save", "save-as", "close", "palette", "scope", "shortcuts"]],
  ["View", ["fit", "fit-selection", "zoom-in", "zoom-out", "minimap", "snap", "next-region", "last-region"]],
  ["Edit", ["undo", "redo", "copy", "copy-linked", "cut", "paste", "duplicate", "duplicate-linked", "delete"]],
  ["Nodes", ["add-node", "select-all", "bypass", "mute", "collapse", "pin", "rename", "replace", "insert"]],
  ["Subgraphs", ["pack", "unpack", "enter-subgraph", "leave-subgraph"]],
];

/** What the pointer does, with the keys that are held: they stay as they are. */
export const gestures: readonly { readonly label: string; readonly keys: readonly string[] }[] = [
  { label: "Add a node", keys: ["Double click"] },
  { label: "Add and connect a node", keys: ["Drag a wire", "to the empty canvas"] },
  { label: "Select an area", keys: ["Shift", "drag"] },
  { label: "Add to the selection", keys: ["Shift", "click"] },
  { label: "Add or remove a reroute point", keys: ["Alt", "click on a wire"] },
  { label: "Open a subgraph", keys: ["Double click"] },
  { label: "Put a node on a wire", keys: ["Drag it", "onto the wire"] },
  { label: "Change a number finely or coarsely", keys: ["Shift or Ctrl", "drag"] },
];

/** All commands by what they are for, each once. */
export function shortcutGroups(commands: readonly Command[]): readonly CommandGroup[] {
  const isPlaced = new Set(placed.flatMap(([, ids]) => ids));
  const rest = commands.filter(({ id }) => !isPlaced.has(id)).map(({ id }) => id);
  const byId = new Map(commands.map((command) => [command.id, command]));
  return [...placed, ["Arrange and more", rest] as const].map(([title, ids]) => ({
    title,
    commands: ids.flatMap((id) => byId.get(id) ?? []),
  }));
}
