import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const source = /\.(ts|tsx|mjs|css|html|svg|json|woff2)$/;

/**
 * Notes, in `out/.stamps` of the folder `root`, from which sources a target was built; `sources` are files and folders
 * relative to it, tests left out.
 */
export function createStamps(root) {
  const folder = join(root, "out/.stamps");
  const fileOf = (name) => join(folder, `${name}.json`);
  const write = (name, stamp) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(fileOf(name), JSON.stringify(stamp));
  };
  return {
    /**
     * True if the target was built from the present sources. Sizes and times are compared first, contents only when
     * those differ: asking costs a few milliseconds when nothing changed.
     */
    isFresh(name, sources) {
      const stamp = readJson(fileOf(name));
      if (!stamp) return false;
      const files = list(root, sources);
      const look = lookOf(files);
      if (stamp.look === look) return true;
      if (stamp.content !== contentOf(root, files)) return false;
      write(name, { look, content: stamp.content });
      return true;
    },
    /** What the sources are now; taken before building and handed to `write` afterwards. */
    take(sources) {
      const files = list(root, sources);
      return { look: lookOf(files), content: contentOf(root, files) };
    },
    write,
    /** Runs `work` while no other process builds here. The lock of a process that died is taken over. */
    async withLock(work) {
      mkdirSync(folder, { recursive: true });
      const lock = join(folder, "lock");
      while (!takeLock(lock)) await wait(100);
      try {
        return await work();
      } finally {
        rmSync(lock, { recursive: true, force: true });
      }
    },
  };
}

function takeLock(lock) {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, "pid"), String(process.pid));
    return true;
  } catch {
    if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned(lock) {
  try {
    process.kill(Number(readFileSync(join(lock, "pid"), "utf8")), 0);
    return false;
  } catch (error) {
    // ESRCH: the owner is gone. A lock without a number yet is just being taken, unless it stays so.
    if (error.code === "ESRCH") return true;
    return error.code === "ENOENT" && ageMs(lock) > 5_000;
  }
}

function ageMs(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 0 : Date.now() - stat.mtimeMs;
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

/** Source files under the given files and folders, in a fixed order. */
function list(root, sources) {
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

function contentOf(root, files) {
  const hash = createHash("sha256");
  for (const { path } of files) hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}
