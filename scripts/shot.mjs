// `npm run shot -- [--theme light|dark] [--run] [--wait SECONDS] [--size 1440x900] [--out FILE]`: a picture of the
// window as built now, in .cache/shot.png.

import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder, hasDisplay, root } from "./paths.mjs";
import { run } from "./run.mjs";
import { onScreen } from "./screen.mjs";
import { setUpElectron, setUpPackages } from "./setup.mjs";

const { values: options } = parseArgs({
  options: {
    theme: { type: "string", default: "dark" },
    run: { type: "boolean", default: false },
    wait: { type: "string", default: "0" },
    size: { type: "string", default: "1440x900" },
    out: { type: "string", default: join(cacheFolder(), "shot.png") },
    inside: { type: "boolean", default: false },
  },
});

if (options.inside) await shoot();
else {
  await setUpPackages();
  await setUpElectron({ screen: !hasDisplay() });
  const { build } = await import("./build.mjs");
  await build("app", { log: console.log });
  const again = [process.argv[1], ...process.argv.slice(2), "--inside"];
  const [command, args] = onScreen(process.execPath, again);
  process.exitCode = await run(command, args);
}

/** Starts the app with settings of its own, does what was asked and saves the window. */
async function shoot() {
  const { _electron: electron } = await import("playwright");
  const { electronArguments, findElectron } = await import("./electron.mjs");
  const { executable } = await findElectron();
  const data = mkdtempSync(join(tmpdir(), "fairlead-shot-"));
  const [width, height] = options.size.split("x").map(Number);
  writeFileSync(join(data, "settings.json"), JSON.stringify({ theme: options.theme, device: "cpu", layout: {} }));
  writeFileSync(
    join(data, "window.json"),
    JSON.stringify({ bounds: { x: 0, y: 0, width, height }, isMaximized: false }),
  );
  const places = [`--user-data-dir=${data}`, `--output-folder=${join(data, "output")}`];
  const app = await electron.launch({ executablePath: executable, args: [...electronArguments(), root, ...places] });
  try {
    const page = await app.firstWindow();
    page.on("console", (message) => console.log(`[page ${message.type()}] ${message.text()}`));
    page.on("pageerror", (error) => console.error(`[page] ${error.stack}`));
    await page.waitForLoadState("load");
    if (options.run) {
      await page.getByTestId("run").click();
      await page.waitForSelector("[data-run-state=running]", { timeout: 20_000 }).catch(() => {});
      await page.waitForSelector("[data-run-state=idle]", { timeout: 120_000 });
    }
    await page.waitForTimeout(500 + Number(options.wait) * 1000);
    const file = resolve(options.out);
    await page.screenshot({ path: file });
    console.log(file);
  } finally {
    const closed = app.waitForEvent("close");
    await app.evaluate(({ app: inner }) => inner.exit()).catch(() => {});
    await closed;
    await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
