// `npm run bench:guidance [-- COUNT METHOD …]`: guidance methods beside one another on the embedded model.
// Prints a table for people; docs/guidance-results.md discusses one. COUNT prompts (64 unless said otherwise), methods
// by name, all unless some are named.

import { join } from "node:path";
import { runnerImport } from "vite";
import { root } from "./paths.mjs";

const [count = "64", ...named] = process.argv.slice(2);
const file = join(root, "scripts/bench-guidance.ts");
const { module } = await runnerImport(file, { configFile: false, root, logLevel: "error" });
// Progress is not part of the table.
const progress = process.stderr.isTTY ? (text) => process.stderr.write(`\r${text} `) : () => {};
await module.bench(join(root, "assets/models/emoji-scenes"), Number(count), named, console.log, progress);
