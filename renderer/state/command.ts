import { declareKeys } from "./bindings.ts";
import { activeDocument } from "./documents.ts";

/** One thing a person can do: menus, palette, shortcuts and buttons read the same object. */
export interface Command {
  readonly id: string;
  readonly label: string;
  /** Name of a lucide icon. */
  readonly icon: string;
  readonly when: () => boolean;
  run(): void;
}

/** Whether a document is in front. */
export const hasDocument = () => activeDocument() !== undefined;
/** Whether at least so many nodes are selected. */
export const hasSelection = (least = 1) => (activeDocument()?.selection.length ?? 0) >= least;

const always = () => true;

/** Makes a command. `keys` are its shortcuts until a person sets others: "Ctrl+Shift+Z"; Ctrl is Cmd on macOS. */
export function command(
  id: string,
  label: string,
  icon: string,
  keys: readonly string[],
  run: () => void,
  when: () => boolean = always,
): Command {
  declareKeys(id, keys);
  return { id, label, icon, run, when };
}
