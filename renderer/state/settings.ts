import { create } from "zustand";
import { defaultSettings, type Settings } from "../../shared/contract.ts";
import { call } from "./bridge.ts";

const light = "(prefers-color-scheme: light)";
const still = "(prefers-reduced-motion: reduce)";

export const useSettings = create<Settings>(() => defaultSettings);

/** Reads the settings and applies those that the page itself obeys; call once at the start. */
export async function loadSettings(): Promise<void> {
  useSettings.setState(await call("settings.get", {}));
  applyLooks();
  for (const query of [light, still]) window.matchMedia(query).addEventListener("change", applyLooks);
}

/** Changes settings now and for the next start. */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  useSettings.setState(change);
  applyLooks();
  await call("settings.set", change);
}

/** "dark" or "light", whatever the setting says. */
export function shownTheme(): "dark" | "light" {
  const { theme } = useSettings.getState();
  if (theme !== "system") return theme;
  return window.matchMedia(light).matches ? "light" : "dark";
}

function applyLooks(): void {
  document.documentElement.dataset.theme = shownTheme();
  document.documentElement.dataset.motion = isStill() ? "reduced" : "full";
}

/** Whether nothing should move on its way: because the system or the person says so. */
export function isStill(): boolean {
  return useSettings.getState().motion === "reduced" || window.matchMedia(still).matches;
}

export function toggleTheme(): void {
  void changeSettings({ theme: shownTheme() === "dark" ? "light" : "dark" });
}
