// `npm start`: sets up, builds and opens the window. Without a display it renders the welcome workflow instead.

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hasDisplay, root } from "./paths.mjs";
import { must, run } from "./run.mjs";
import { setUpElectron, setUpPackages } from "./setup.mjs";

await setUpPackages();
const { build } = await import("./build.mjs");
if (hasDisplay()) {
  const electron = await setUpElectron();
  await build("app", { log: console.log });
  const { electronArguments } = await import("./electron.mjs");
  process.exitCode = await run(electron.executable, [...electronArguments(), root, ...process.argv.slice(2)]);
} else {
  console.log(
    "There is no display here: rendering the welcome workflow on the command line instead of opening a window.",
  );
  await build("cli", { log: console.log });
  const workflow = join(root, "assets/workflows/hello.fairlead.json");
  const folder = join(root, "out/hello");
  rmSync(folder, { recursive: true, force: true });
  await must(process.execPath, [join(root, "out/cli/fairlead.cjs"), "run", workflow, "--out", folder]);
  for (const image of readdirSync(folder)) console.log(`The image is ${join(folder, image)}`);
}
