import { create } from "zustand";
import type { Settings } from "../../shared/contract.ts";
import { call } from "./bridge.ts";

export const useSettings = create<Settings>(() => ({ theme: "system", device: "auto", layout: {} }));

/** Reads the settings and applies the theme; call once at the start. */
export async function loadSettings(): Promise<void> {
  useSettings.setState(await call("settings.get", {}));
  applyTheme();
  window.matchMedia("(prefers-color-scheme: light)").addEventListener("change", applyTheme);
}

/** Changes settings now and for the next start. */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  useSettings.setState(change);
  applyTheme();
  await call("settings.set", change);
}

/** "dark" or "light", whatever the setting says. */
export function shownTheme(): "dark" | "light" {
  const { theme } = useSettings.getState();
  if (theme !== "system") return theme;
  return window.matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

function applyTheme(): void {
  document.documentElement.dataset.theme = shownTheme();
}

export function toggleTheme(): void {
  void changeSettings({ theme: shownTheme() === "dark" ? "light" : "dark" });
}
