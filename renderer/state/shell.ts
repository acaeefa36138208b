import { create } from "zustand";

interface Shell {
  readonly isPaletteOpen: boolean;
  readonly isShortcutsOpen: boolean;
  /** Document whose tab is to be closed but has unsaved changes. */
  readonly closing: string | null;
}

/** Overlays that commands open. */
export const useShell = create<Shell>(() => ({ isPaletteOpen: false, isShortcutsOpen: false, closing: null }));

export function openPalette(): void {
  useShell.setState({ isPaletteOpen: true });
}

export function closePalette(): void {
  useShell.setState({ isPaletteOpen: false });
}

/** Opens or closes the list of all shortcuts. */
export function showShortcuts(isShortcutsOpen: boolean): void {
  useShell.setState({ isShortcutsOpen });
}

/** Closes a tab, after asking if changes would be lost. The dialogs module sets how. */
let closer: (document: string) => void = () => {};

export function setCloser(close: (document: string) => void): void {
  closer = close;
}

export function askToClose(document: string): void {
  closer(document);
}
