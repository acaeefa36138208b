import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { bin, run } from "./run.mjs";

/** Runs named phases one after the other, all of them even if one fails, and prints what each took. */
export async function runPhases(phases) {
  const failed = [];
  for (const [name, work] of phases) {
    console.log(`\n— ${name}`);
    const start = Date.now();
    const ok = await work().catch((error) => {
      console.error(error.message);
      return false;
    });
    console.log(`— ${name}: ${ok ? "passed" : "FAILED"} in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    if (!ok) failed.push(name);
  }
  console.log(`\nphases: ${phases.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0;
}

/** The quick phases: types of every layer, lint, unused code, unit tests. */
export const quickPhases = [
  ["Types", checkTypes],
  ["Lint", () => node("@biomejs/biome", "bin/biome", ["check"])],
  ["Unused code", () => node("knip", "bin/knip.js", ["--no-progress"])],
  // A build before leaves NODE_ENV at production, where React has no test helpers.
  ["Unit tests", () => node("vitest", "vitest.mjs", ["run"], { env: { ...process.env, NODE_ENV: "test" } })],
];

/** Runs the command line tool of an installed package; true if it succeeds. */
export async function node(packageName, file, args, options) {
  return (await run(process.execPath, [bin(packageName, file), ...args], options)) === 0;
}

async function checkTypes() {
  let ok = true;
  for (const layer of readdirSync(join(root, "tsconfig")).filter((name) => name.endsWith(".json"))) {
    ok = (await node("typescript", "bin/tsc", ["-p", `tsconfig/${layer}`])) && ok;
  }
  return ok;
}
