// Builds the command line (out/cli) and the app (out/main, out/preload, out/renderer), each only when its sources
// changed. `node scripts/build.mjs [cli] [app] [--force]`.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./paths.mjs";
import { stamps, targets } from "./targets.mjs";

const makers = { cli: makeCli, app: makeApp };

/** Builds a target of targets.mjs when it is stale. Returns whether anything was built. */
export async function build(name, { force = false, log = () => {} } = {}) {
  const sources = targets[name];
  if (!force && stamps.isFresh(name, sources)) return false;
  return stamps.withLock(async () => {
    if (!force && stamps.isFresh(name, sources)) return false;
    log(`Building ${name} …`);
    const stamp = stamps.take(sources);
    await makers[name]();
    stamps.write(name, stamp);
    return true;
  });
}

async function makeCli() {
  const vite = await import("vite");
  const bundle = (input, file) =>
    vite.build({
      root,
      configFile: false,
      logLevel: "error",
      ssr: { noExternal: true, external: ["onnxruntime-node", "sharp"] },
      build: {
        ssr: join(root, input),
        target: "node18",
        outDir: join(root, "out/cli"),
        emptyOutDir: false,
        sourcemap: true,
        rolldownOptions: { output: { format: "cjs", entryFileNames: file, codeSplitting: false } },
      },
    });
  await bundle("main/cli/main.ts", "fairlead.cjs");
  await bundle("main/engine/runtime/probe.ts", "probe.cjs");
}

async function makeApp() {
  const { build: buildApp } = await import("electron-vite");
  for (const folder of ["main", "preload", "renderer"])
    rmSync(join(root, "out", folder), { recursive: true, force: true });
  await buildApp({ root, logLevel: "warn" });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const options = { force: process.argv.includes("--force"), log: console.log };
  const named = process.argv.slice(2).filter((name) => name in targets);
  for (const name of named.length > 0 ? named : Object.keys(targets)) {
    if (!(await build(name, options))) console.log(`${name} is up to date.`);
  }
}
