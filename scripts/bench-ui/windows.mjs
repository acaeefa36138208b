// The two windows that are compared, each in an Electron of its own.

import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { _electron as electron } from "playwright";
import { build } from "vite";
import { electronArguments, findElectron } from "../electron.mjs";
import { root } from "../paths.mjs";
import { Stage } from "./gestures.mjs";
import { pictureSize, workflowOf } from "./graph.mjs";
import { countRenders } from "./measure.mjs";

/** Builds the bare page as a small app. Returns its folder. */
export async function buildBare() {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-bare-"));
  const here = join(root, "scripts/bench-ui/bare");
  await build({
    configFile: false,
    logLevel: "error",
    root: here,
    plugins: [react()],
    build: { target: "chrome114", outDir: join(folder, "page"), emptyOutDir: true },
  });
  copyFileSync(join(here, "main.cjs"), join(folder, "main.cjs"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bare", version: "1.0.0", main: "main.cjs" }));
  return folder;
}

async function launch(folder, ...places) {
  const { executable } = await findElectron();
  const data = mkdtempSync(join(tmpdir(), "fairlead-bench-"));
  mkdirSync(join(data, "files"));
  writeFileSync(join(data, "settings.json"), JSON.stringify({ theme: "dark", device: "cpu", layout: {} }));
  const bounds = { x: 0, y: 0, width: 1440, height: 900 };
  writeFileSync(join(data, "window.json"), JSON.stringify({ bounds, isMaximized: false }));
  const started = Date.now();
  const args = [...electronArguments(), folder, `--user-data-dir=${data}`, ...places.map((place) => place(data))];
  const app = await electron.launch({ executablePath: executable, args });
  const page = await app.firstWindow();
  const close = async () => {
    const closed = app.waitForEvent("close");
    await app.evaluate(({ app: inner }) => inner.exit()).catch(() => {});
    await closed;
    await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  return { app, page, data, started, close };
}

const output = (data) => `--output-folder=${join(data, "output")}`;

/** Milliseconds from the start of the program until its window can be used: nodes in sight, a frame drawn. */
export async function measureStart() {
  const { page, started, close } = await launch(root, output);
  const until = await page.evaluate(inSight, ".react-flow__node");
  await close();
  return until - started;
}

/** In the page: the time when something of a kind is in sight and two more frames were drawn after it. */
async function inSight(selector) {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const isThere = () =>
    [...document.querySelectorAll(selector)].some((one) => getComputedStyle(one).visibility === "visible");
  while (!isThere()) await frame();
  await frame();
  await frame();
  return Date.now();
}

async function prepare({ page, app }) {
  await page.addInitScript(countRenders);
  await page.reload();
  const session = await app.context().newCDPSession(page);
  await session.send("Performance.enable");
  return session;
}

/** Opens Fairlead with a graph. Returns the stage, how long opening took, and how to close it. */
export async function openFairlead(graph, pictures) {
  const started = await launch(root, output);
  const { app, page, data, close } = started;
  const session = await prepare(started);
  await page.evaluate(inSight, ".react-flow__node");
  await page.waitForSelector("[data-run-state=idle]");
  const file = join(data, "files/bench.fairlead.json");
  writeFileSync(file, workflowOf(graph));
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, file);
  const asked = Date.now();
  await page.keyboard.press("Control+o");
  const openMs = (await page.evaluate(inSight, "[data-far-layer], .react-flow__node[data-id='prompt-0']")) - asked;
  const shown = graph.nodes.flatMap(({ id, isPictured }, index) => (isPictured ? [[id, pictures[index]]] : []));
  await app.evaluate(showPictures, { shown, size: pictureSize });
  const box = await page.getByTestId("canvas").boundingBox();
  await page.waitForTimeout(2500);
  return { app: started.app, stage: new Stage(page, session, graph, box), openMs, close };
}

/** In the main process: sends the window the results that a run would have sent. */
function showPictures({ BrowserWindow }, { shown, size }) {
  const [window] = BrowserWindow.getAllWindows();
  for (const [node, png] of shown) {
    const event = { event: "images", node, width: size, height: size, pngs: [Buffer.from(png, "base64")] };
    window.webContents.send("event", "job.event", { job: "bench", document: "document-2", number: 1, event });
  }
  const event = { event: "stopped" };
  window.webContents.send("event", "job.event", { job: "bench", document: "document-2", number: 1, event });
}

/** Opens the bare page with the same graph in a canvas of the same size. */
export async function openBare(folder, graph, pictures, box) {
  const started = await launch(folder);
  const { page, close } = started;
  const session = await prepare(started);
  await page.waitForFunction(() => "showGraph" in window);
  const asked = Date.now();
  const urls = pictures.map((png) => `data:image/png;base64,${png}`);
  await page.evaluate((given) => window.showGraph(given), { ...graph, pictures: urls, box });
  const openMs = (await page.evaluate(inSight, ".react-flow__node")) - asked;
  await page.waitForTimeout(1500);
  return { app: started.app, stage: new Stage(page, session, graph, box, true), openMs, close };
}
