// `npm run bench:checkpoint [-- FILE]`: how quickly a checkpoint opens, what it takes of memory, seconds a step at the
// size its family was trained at. Without a file one of Stable Diffusion 1.5's shapes is made up (4.3 GB, random, F32).

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { runnerImport } from "vite";
import { root } from "./paths.mjs";

const file = join(root, "scripts/bench-checkpoint.ts");
const { module } = await runnerImport(file, { configFile: false, root, logLevel: "error" });
const folder = join(root, ".cache/bench");
const [given] = process.argv.slice(2);
const path = given ?? join(folder, "sd15-random.safetensors");
if (!existsSync(path)) {
  mkdirSync(folder, { recursive: true });
  console.log(`Making up ${path} …`);
  module.makeUp(path);
}
await module.bench(path, join(root, "assets/models/emoji-scenes"), console.log);
