import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "./paths.mjs";

const stamps = join(root, "out/.stamps");
const lockFolder = join(stamps, "lock");
const source = /\.(ts|tsx|mjs|css|html|svg|json|woff2)$/;

/**
 * True if what `name` stands for was built from the present sources. Sizes and times are compared first, contents only
 * when those differ: asking costs a few milliseconds when nothing changed.
 */
export function isFresh(name, sources) {
  const stamp = readStamp(name);
  if (!stamp) return false;
  const files = list(sources);
  const look = lookOf(files);
  if (stamp.look === look) return true;
  if (stamp.content !== contentOf(files)) return false;
  write(name, { look, content: stamp.content });
  return true;
}

/** What the sources are now; take it before building and hand it to `writeStamp` afterwards. */
export function takeStamp(sources) {
  const files = list(sources);
  return { look: lookOf(files), content: contentOf(files) };
}

/** Notes that `name` is built from what `takeStamp` saw. */
export function writeStamp(name, stamp) {
  write(name, stamp);
}

/** Runs `work` while no other process of this checkout builds. The lock of a process that died is taken over. */
export async function withLock(work) {
  mkdirSync(stamps, { recursive: true });
  while (!takeLock()) await wait(100);
  try {
    return await work();
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

function takeLock() {
  try {
    mkdirSync(lockFolder);
    writeFileSync(join(lockFolder, "pid"), String(process.pid));
    return true;
  } catch {
    if (isAbandoned()) rmSync(lockFolder, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned() {
  try {
    process.kill(Number(readFileSync(join(lockFolder, "pid"), "utf8")), 0);
    return false;
  } catch (error) {
    // ESRCH: the owner is gone. A lock without a number yet is just being taken, unless it stays so.
    if (error.code === "ESRCH") return true;
    return error.code === "ENOENT" && ageMs(lockFolder) > 5_000;
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function readStamp(name) {
  try {
    return JSON.parse(readFileSync(join(stamps, `${name}.json`), "utf8"));
  } catch {
    return null;
  }
}

function write(name, stamp) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, `${name}.json`), JSON.stringify(stamp));
}

/** Source files under the given files and folders, tests left out, in a fixed order. */
function list(sources) {
  const files = [];
  const visit = (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat?.isFile()) files.push({ path, size: stat.size, mtimeMs: stat.mtimeMs });
    else if (stat?.isDirectory()) {
      for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
        if (entry.isDirectory() || (source.test(entry.name) && !entry.name.includes(".test."))) {
          visit(`${path}/${entry.name}`);
        }
      }
    }
  };
  for (const path of sources) visit(path);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function lookOf(files) {
  const hash = createHash("sha256");
  for (const { path, size, mtimeMs } of files) hash.update(`${path}\n${size}\n${mtimeMs}\n`);
  return hash.digest("hex");
}

function contentOf(files) {
  const hash = createHash("sha256");
  for (const { path } of files) hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}
