// `node scripts/make-thumbnails.mjs [NAME …]`: opens every template in the app, runs it and keeps what its cards show as
// assets/thumbnails/NAME.webp. Without names, those that have none yet; `--all` for all of them.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hasDisplay, root } from "./paths.mjs";
import { run } from "./run.mjs";
import { onScreen } from "./screen.mjs";
import { setUpElectron, setUpPackages } from "./setup.mjs";

const { values: options, positionals } = parseArgs({
  options: { all: { type: "boolean", default: false }, inside: { type: "boolean", default: false } },
  allowPositionals: true,
});
const workflows = join(root, "assets/workflows");
const thumbnails = join(root, "assets/thumbnails");
const ending = ".fairlead.json";
const size = { width: 320, height: 160 };
const gap = 4;
/** More pictures than this tell nothing at this size. */
const most = 6;

if (options.inside) await photographAll();
else {
  await setUpPackages();
  await setUpElectron({ screen: !hasDisplay() });
  const { build } = await import("./build.mjs");
  await build("app", { log: console.log });
  const [command, args] = onScreen(process.execPath, [...process.argv.slice(1), "--inside"]);
  process.exitCode = await run(command, args);
}

function chosen() {
  const all = readdirSync(workflows)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));
  if (positionals.length > 0) return all.filter((name) => positionals.includes(name));
  return options.all ? all : all.filter((name) => !existsSync(join(thumbnails, `${name}.webp`)));
}

async function photographAll() {
  const { _electron: electron } = await import("playwright");
  const { electronArguments, findElectron } = await import("./electron.mjs");
  const { executable } = await findElectron();
  const data = mkdtempSync(join(tmpdir(), "fairlead-thumbnails-"));
  writeFileSync(join(data, "settings.json"), JSON.stringify({ theme: "dark", device: "cpu", layout: {} }));
  const places = [`--user-data-dir=${data}`, `--output-folder=${join(data, "output")}`];
  const app = await electron.launch({ executablePath: executable, args: [...electronArguments(), root, ...places] });
  mkdirSync(thumbnails, { recursive: true });
  try {
    const page = await app.firstWindow();
    await page.waitForSelector("[data-run-state=idle]", { timeout: 60_000 });
    for (const name of chosen()) console.log(name, await photograph(app, page, name));
  } finally {
    const closed = app.waitForEvent("close");
    await app.evaluate(({ app: inner }) => inner.exit()).catch(() => {});
    await closed;
    await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Runs one template and writes its thumbnail; returns what to print. */
async function photograph(app, page, name) {
  await app.evaluate(
    ({ dialog }, path) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
    },
    join(workflows, name + ending),
  );
  await page.keyboard.press("Control+W");
  await page.keyboard.press("Control+O");
  await page.waitForSelector("[data-testid=canvas]");
  const ended = await page.evaluate(runAndWait);
  if (ended !== "done") return `not run: ${ended}`;
  await page.waitForTimeout(1500);
  const found = (await page.evaluate(picturesOnCards)).map((data) => Buffer.from(data, "base64"));
  if (found.length === 0) return "shows no picture";
  const pictures = (await alike(found)).slice(0, most);
  const bytes = await compose(pictures);
  writeFileSync(join(thumbnails, `${name}.webp`), bytes);
  return `${pictures.length} pictures, ${bytes.length} bytes`;
}

/** In the page: presses Run and waits for the end of the job. */
function runAndWait() {
  return new Promise((resolve) => {
    const end = window.fairlead.on("job.event", ({ event }) => {
      if (!["done", "error", "stopped"].includes(event.event)) return;
      end();
      resolve(event.event === "error" ? event.message : event.event);
    });
    const timer = setInterval(() => {
      const button = document.querySelector("[data-testid=run]");
      if (button?.disabled !== false) return;
      clearInterval(timer);
      button.click();
    }, 200);
  });
}

/** In the page: the results that cards show, each once, as PNG in base64, in reading order. */
async function picturesOnCards() {
  const found = [...document.querySelectorAll("[data-testid^=card-image-] img, [data-testid^=card-plot-] canvas")];
  const corner = (element) => element.getBoundingClientRect();
  found.sort((a, b) => corner(a).top - corner(b).top || corner(a).left - corner(b).left);
  const inPlots = found.filter((element) => element.matches("canvas"));
  const pictures = [];
  for (const element of inPlots.length > 0 ? inPlots : found) {
    const canvas = document.createElement("canvas");
    canvas.width = element.naturalWidth ?? element.width;
    canvas.height = element.naturalHeight ?? element.height;
    canvas.getContext("2d").drawImage(element, 0, 0);
    const data = canvas.toDataURL("image/png").split(",")[1];
    if (canvas.width > 0 && !pictures.includes(data)) pictures.push(data);
  }
  return pictures;
}

/** Those of the most frequent size: a sheet of all others would show everything twice. */
async function alike(pictures) {
  const { default: sharp } = await import("sharp");
  const sizes = await Promise.all(
    pictures.map(async (bytes) => {
      const { width, height } = await sharp(bytes).metadata();
      return `${width} ${height}`;
    }),
  );
  const times = (size) => sizes.filter((other) => other === size).length;
  const [usual] = [...sizes].sort((a, b) => times(b) - times(a));
  return pictures.filter((_, index) => sizes[index] === usual);
}

/** The pictures side by side, as large as they go, on nothing. */
async function compose(pictures) {
  const { default: sharp } = await import("sharp");
  const shapes = await Promise.all(pictures.map((bytes) => sharp(bytes).metadata()));
  const cells = grid(shapes);
  const layers = await Promise.all(
    pictures.map(async (bytes, index) => {
      const { left, top, width, height } = cells[index];
      // Plots are transparent and drawn for the dark theme: they bring its canvas with them.
      const tile = sharp(bytes).flatten({ background: "#111318" }).resize(width, height, { fit: "fill" });
      return { input: await tile.png().toBuffer(), left, top };
    }),
  );
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  return sharp({ create: { ...size, channels: 4, background } })
    .composite(layers)
    .webp({ quality: 82 })
    .toBuffer();
}

/** Places for pictures in the number of columns that shows them largest. */
function grid(shapes) {
  const layouts = shapes.map((_, index) => layout(shapes, index + 1));
  return layouts.reduce((best, next) => (next.area > best.area ? next : best)).cells;
}

function layout(shapes, columns) {
  const rows = Math.ceil(shapes.length / columns);
  const room = {
    width: (size.width - gap * (columns - 1)) / columns,
    height: (size.height - gap * (rows - 1)) / rows,
  };
  const sizes = shapes.map(({ width, height }) => {
    const scale = Math.min(room.width / width, room.height / height);
    return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
  });
  const widest = Math.max(...sizes.map(({ width }) => width));
  const highest = Math.max(...sizes.map(({ height }) => height));
  const left = (size.width - columns * widest - gap * (columns - 1)) / 2;
  const top = (size.height - rows * highest - gap * (rows - 1)) / 2;
  const cells = sizes.map(({ width, height }, index) => ({
    width,
    height,
    left: Math.round(left + (index % columns) * (widest + gap) + (widest - width) / 2),
    top: Math.round(top + Math.floor(index / columns) * (highest + gap) + (highest - height) / 2),
  }));
  return { cells, area: sizes.reduce((sum, { width, height }) => sum + width * height, 0) };
}
