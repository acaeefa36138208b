import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Folder of the model that comes with Fairlead: in the checkout, or in the packaged app's resources. */
export function embeddedModel(): string {
  const places = [join(__dirname, "../../assets"), join(__dirname, "../../../assets")];
  const assets = places.find((place) => existsSync(place)) ?? places[0];
  return join(assets, "models/emoji-scenes");
}

/** The user's cache folder for Fairlead, as each system names it. */
export function cacheFolder(): string {
  if (process.platform === "darwin") return join(homedir(), "Library/Caches/Fairlead");
  if (process.platform === "win32") return join(process.env.LOCALAPPDATA ?? homedir(), "Fairlead/Cache");
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "fairlead");
}
