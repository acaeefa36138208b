import { root } from "./paths.mjs";
import { createStamps } from "./stamp.mjs";

const common = ["shared", "nodes", "main", "package-lock.json", "scripts/build.mjs", "scripts/catalogPlugin.mjs"];

/** What is built, and from which files and folders. */
export const targets = {
  cli: common,
  app: [...common, "renderer", "electron.vite.config.ts"],
};

/** What was built from what in this checkout. */
export const stamps = createStamps(root);

/** True if the command line is built from the present sources. */
export const isCliFresh = () => stamps.isFresh("cli", targets.cli);
