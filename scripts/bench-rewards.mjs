// `npm run bench:rewards [-- COUNT METHOD …]`: guidance by a classifier on the embedded model without a prompt, judged by
// the other classifier. Prints a table for people. COUNT samples (64 unless said otherwise), methods by name, all unless
// some are named.

import { join } from "node:path";
import { runnerImport } from "vite";
import { root } from "./paths.mjs";

const [count = "64", ...named] = process.argv.slice(2);
const file = join(root, "scripts/bench-rewards.ts");
const { module } = await runnerImport(file, { configFile: false, root, logLevel: "error" });
await module.bench(join(root, "assets/models/emoji-scenes"), Number(count), named, console.log);
