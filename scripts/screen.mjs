import { hasDisplay } from "./paths.mjs";
import { hasProgram, Problem } from "./run.mjs";

/**
 * The command that shows windows on a screen of their own, so that they look the same everywhere and disturb nobody:
 * a virtual one on Linux, the real one elsewhere or where there is no virtual one.
 */
export function onScreen(command, args) {
  if (process.platform !== "linux") return [command, args];
  if (hasProgram("xvfb-run")) {
    return ["xvfb-run", ["--auto-servernum", "--server-args=-screen 0 1600x1000x24", command, ...args]];
  }
  if (hasDisplay()) return [command, args];
  throw new Problem("There is no display and no xvfb-run: install the packages xvfb and xauth.");
}
