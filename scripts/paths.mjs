import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Folder for downloads, screenshots and notes to ourselves; never part of the project. */
export function cacheFolder() {
  const folder = join(root, ".cache");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** True where a window can be shown. */
export function hasDisplay() {
  return process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
