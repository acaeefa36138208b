// `npm run dev`: the app with hot reload of the page and rebuilds of main and preload.

import { bin, run } from "./run.mjs";
import { setUpElectron, setUpPackages } from "./setup.mjs";

await setUpPackages();
const { executable } = await setUpElectron();
const isRoot = process.getuid?.() === 0;
process.exitCode = await run(
  process.execPath,
  [bin("electron-vite", "bin/electron-vite.js"), "dev", "--watch", ...(isRoot ? ["--noSandbox"] : [])],
  { env: { ...process.env, ELECTRON_EXEC_PATH: executable } },
);
