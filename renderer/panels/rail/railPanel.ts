import { create } from "zustand";
import { type RailPanel, railPanels } from "./Rail.tsx";

interface RailState {
  readonly panel: RailPanel | null;
}

/** Which left panel is open. */
export const useRail = create<RailState>(() => ({ panel: null }));

export function showRail(panel: RailPanel | null): void {
  useRail.setState({ panel });
}

/** The panel that a layout remembers; null if it is none. */
export function railPanelOf(value: unknown): RailPanel | null {
  return railPanels.find((known) => known === value) ?? null;
}
