// `npm test`: sets up the machine, then everything, end-to-end tests in the real app included.

import { build } from "./build.mjs";
import { quickPhases, runPhases } from "./phases.mjs";
import { bin, run } from "./run.mjs";
import { onScreen } from "./screen.mjs";
import { setUpElectron, setUpPackages } from "./setup.mjs";

await setUpPackages();
await setUpElectron({ screen: true });
const phases = [
  ["Build", buildAll],
  ...quickPhases,
  ["Packaging", async () => (await run(process.execPath, ["scripts/dist.mjs", "--unpacked"])) === 0],
  ["End to end", endToEnd],
];
process.exitCode = (await runPhases(phases)) ? 0 : 1;

async function buildAll() {
  for (const name of ["cli", "app"]) await build(name, { log: console.log });
  return true;
}

async function endToEnd() {
  const [command, args] = onScreen(process.execPath, [bin("playwright", "cli.js"), "test"]);
  return (await run(command, args)) === 0;
}
