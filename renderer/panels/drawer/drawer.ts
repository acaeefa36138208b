import { create } from "zustand";

export const drawerTabs = ["problems", "queue", "log"] as const;
export type DrawerTab = (typeof drawerTabs)[number];

interface DrawerState {
  /** The open drawer, or null. */
  readonly tab: DrawerTab | null;
  /** Opens a drawer, or closes it if it is the open one. */
  toggle(tab: DrawerTab): void;
  close(): void;
}

/** Which list stands above the status strip. */
export const useDrawer = create<DrawerState>((set) => ({
  tab: null,
  toggle: (tab) => set((state) => ({ tab: state.tab === tab ? null : tab })),
  close: () => set({ tab: null }),
}));
