import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomic } from "./atomic.ts";

/** Content hashes of what a document reads, remembered by path, size and time. */
export interface Fingerprints {
  /** Hash of a file's content; null if there is no such file or it cannot be read. */
  file(path: string): Promise<string | null>;
  /** Hash of a folder: names and contents of its files, hidden ones left out; null if there is no such folder. */
  folder(path: string): Promise<string | null>;
}

const maxRemembered = 20_000;
/** Nothing in a model folder is deeper; links in a circle end here. */
const maxDepth = 6;

/** `cacheFolder` null: nothing is kept on disk. Not being able to keep it costs time, nothing else. */
export function createFingerprints(cacheFolder: string | null): Fingerprints {
  const store = cacheFolder === null ? null : join(cacheFolder, "fingerprints.json");
  return new FingerprintStore(store, cacheFolder);
}

class FingerprintStore implements Fingerprints {
  readonly #path: string | null;
  readonly #folder: string | null;
  #known: Promise<Map<string, string>> | null = null;
  #saving: NodeJS.Immediate | null = null;

  constructor(path: string | null, folder: string | null) {
    this.#path = path;
    this.#folder = folder;
  }

  async file(path: string): Promise<string | null> {
    const info = await stat(path, { bigint: true }).catch(() => null);
    if (!info?.isFile()) return null;
    const key = `${path}|${info.size}|${info.mtimeNs}|${info.ctimeNs}|${info.ino}`;
    const known = await this.#load();
    const before = known.get(key);
    if (before) return before;
    const hash = await hashOf(path).catch(() => null);
    if (hash === null) return null;
    known.set(key, hash);
    this.#saveSoon(known);
    return hash;
  }

  async folder(path: string): Promise<string | null> {
    const names = await filesIn(path, "", 0);
    if (names === null) return null;
    const total = createHash("sha256");
    for (const name of names.sort()) total.update(`${name}\n${await this.file(join(path, name))}\n`);
    return total.digest("hex");
  }

  #load(): Promise<Map<string, string>> {
    this.#known ??= this.#read();
    return this.#known;
  }

  async #read(): Promise<Map<string, string>> {
    if (this.#path === null) return new Map();
    const text = await readFile(this.#path, "utf8").catch(() => "{}");
    try {
      return new Map(Object.entries(JSON.parse(text) as Record<string, string>));
    } catch {
      return new Map();
    }
  }

  /** Once for all that is asked in one turn. */
  #saveSoon(known: ReadonlyMap<string, string>): void {
    if (this.#path === null || this.#saving) return;
    const path = this.#path;
    this.#saving = setImmediate(() => {
      this.#saving = null;
      const kept = [...known].slice(-maxRemembered);
      void mkdir(this.#folder ?? "", { recursive: true })
        .then(() => writeAtomic(path, JSON.stringify(Object.fromEntries(kept))))
        .catch(() => {});
    });
  }
}

async function filesIn(root: string, below: string, depth: number): Promise<string[] | null> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => null);
  if (entries === null || depth > maxDepth) return null;
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(below, entry.name);
    const info = entry.isSymbolicLink() ? await stat(join(root, path)).catch(() => null) : entry;
    if (info?.isDirectory()) names.push(...((await filesIn(root, path, depth + 1)) ?? []));
    else if (info?.isFile()) names.push(path);
  }
  return names;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(part as Uint8Array);
  return hash.digest("hex");
}
