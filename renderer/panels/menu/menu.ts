import { create } from "zustand";

interface MenuState {
  /** Where the context menu stands, in pixels of the window; null while it is closed. */
  readonly at: { readonly x: number; readonly y: number } | null;
  /** Opens the menu of the selection, or of the canvas if nothing is selected. */
  open(x: number, y: number): void;
  close(): void;
}

/** The context menu of canvas and nodes: the canvas selects what was pressed, then opens it. */
export const useNodeMenu = create<MenuState>((set) => ({
  at: null,
  open: (x, y) => set({ at: { x, y } }),
  close: () => set({ at: null }),
}));
