import { commands } from "./commands.ts";

/** The parts of a key event that decide. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode?: number;
  getModifierState?(name: string): boolean;
}

/**
 * "Ctrl+Shift+Z" for a key press: the letter that the key gives, or where it gives no Latin one, the letter of its place
 * (Russian, Greek, Hebrew layouts). Null while an input method composes, and for AltGr characters.
 */
export function chordOf(press: KeyPress): string | null {
  if (press.isComposing || press.keyCode === 229) return null;
  if (press.getModifierState?.("AltGraph")) return null;
  const parts: string[] = [];
  if (press.ctrlKey || press.metaKey) parts.push("Ctrl");
  if (press.altKey) parts.push("Alt");
  const name = keyName(press);
  const isLetter = /^[A-Z]$/.test(name);
  if (press.shiftKey && (isLetter || name.length > 1)) parts.push("Shift");
  return [...parts, name].join("+");
}

function keyName({ key, code }: KeyPress): string {
  if (key === " ") return "Space";
  if (key === "+") return "=";
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  if (key.length === 1 && key.charCodeAt(0) > 127 && /^Key[A-Z]$/.test(code)) return code.slice(3);
  return key;
}

/** Whether typing goes into a field: then only chords with Ctrl that no field uses are ours. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select, [role=textbox], [contenteditable]");
}

/** Commands that act while a field has the focus, too: none of them edits text. */
const everywhere = new Set(["run", "stop", "save", "save-as", "open", "new", "palette", "close"]);

/** Runs the command of a key press, if there is one; says whether. */
export function dispatchKey(event: KeyboardEvent): boolean {
  const chord = chordOf(event);
  if (chord === null || event.defaultPrevented) return false;
  const found = commands.find((command) => command.keys.includes(chord));
  if (!found?.when()) return false;
  const isInside =
    isTyping(event.target) || document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null;
  if (isInside && !everywhere.has(found.id)) return false;
  // Tab walks the window; it opens the search only on the canvas itself.
  if ((chord === "Tab" || chord === "Space") && !isOnCanvas(event.target)) return false;
  event.preventDefault();
  found.run();
  return true;
}

function isOnCanvas(target: EventTarget | null): boolean {
  return (
    target === document.body ||
    (target instanceof Element &&
      target.closest("[data-testid=canvas]") !== null &&
      !target.closest("button, [role=button], [role=slider], [role=spinbutton], [role=combobox], [role=switch]"))
  );
}
