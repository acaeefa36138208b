// `node scripts/make-tiny-pipelines.mjs FOLDER`: writes the pipelines of make-tiny-pipelines.ts.

import { join, resolve } from "node:path";
import { runnerImport } from "vite";
import { root } from "./paths.mjs";

const parent = process.argv[2];
if (parent) {
  const file = join(root, "scripts/make-tiny-pipelines.ts");
  const { module } = await runnerImport(file, { configFile: false, root, logLevel: "error" });
  for (const name of module.tinyPipelines) console.log(module.makeTinyPipeline(resolve(parent), name));
} else {
  console.error("Name the folder that the pipelines are written to.");
  process.exitCode = 2;
}
