import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  keptLibrary,
  type LibraryChange,
  type LibraryEntry,
  type LibraryFolder,
  type ScanProgress,
} from "../../../shared/library.ts";
import { readCheckpoint } from "../checkpoint/safetensors.ts";
import { writeAtomic } from "../files/atomic.ts";
import { createDownloads } from "./download/downloads.ts";
import { sha256Of } from "./hash.ts";
import { identify } from "./identify.ts";
import type { Library, LibraryOptions } from "./libraryTypes.ts";
import { findPlaces, placeFor } from "./places.ts";
import { embeddedPreview, previewFile, thumbnail } from "./preview.ts";
import { scan } from "./scan.ts";
import { candidateAt } from "./walk.ts";

/** Something a person asked of the library cannot be done. The message is one sentence. */
export class LibraryError extends Error {
  readonly code = "refused";
}

/** The models of some folders: what was found is kept between two starts, so that only what changed is opened again. */
class Shelf {
  readonly #file: string;
  readonly #emit: (change: LibraryChange) => void;
  readonly entries = new Map<string, LibraryEntry>();
  paths: readonly string[] = [];
  folders: readonly LibraryFolder[] = [];
  progress: ScanProgress = null;
  #scanning: AbortController | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, emit: (change: LibraryChange) => void) {
    this.#file = file;
    this.#emit = emit;
  }

  async load(): Promise<void> {
    const text = await readFile(this.#file, "utf8").catch(() => "null");
    const kept = keptLibrary.safeParse(parsed(text));
    if (!kept.success) return;
    this.paths = kept.data.folders;
    for (const entry of kept.data.entries) this.entries.set(entry.id, entry);
  }

  /** Writes happen one after the other. A disk that is full costs the cache, not the library. */
  keep(): Promise<void> {
    const text = JSON.stringify({ folders: this.paths, entries: [...this.entries.values()] });
    this.#writing = this.#writing.then(() => writeAtomic(this.#file, text)).catch(() => {});
    return this.#writing;
  }

  put(entry: LibraryEntry): void {
    this.entries.set(entry.id, entry);
    this.#emit({ entries: [entry] });
  }

  entry(id: string): LibraryEntry {
    const entry = this.entries.get(id);
    if (entry === undefined) throw new LibraryError("This model is not in the library any more. Scan again.");
    return entry;
  }

  stop(): void {
    this.#scanning?.abort();
  }

  /** Looks at all folders anew; a scan that runs ends. */
  async rescan(): Promise<void> {
    this.stop();
    const scanning = new AbortController();
    this.#scanning = scanning;
    this.#tell({ done: 0, total: 0 });
    const found = await Promise.all(this.paths.map(findPlaces));
    if (this.#scanning !== scanning) return;
    this.folders = found.map(({ folder }) => folder);
    this.#emit({ folders: this.folders });
    const there = await scan({
      places: found.flatMap(({ places }) => places),
      known: this.entries,
      signal: scanning.signal,
      report: ({ progress, entries }) => {
        for (const entry of entries) this.entries.set(entry.id, entry);
        if (this.#scanning === scanning) this.#tell(progress, entries);
      },
    });
    if (this.#scanning !== scanning) return;
    if (there !== null) this.#forget(there);
    await this.keep();
    // Another scan may have begun while the disk was busy.
    if (this.#scanning === scanning) this.#tell(null);
  }

  #forget(there: ReadonlySet<string>): void {
    const gone = [...this.entries.keys()].filter((id) => !there.has(id));
    for (const id of gone) this.entries.delete(id);
    if (gone.length > 0) this.#emit({ gone });
  }

  #tell(progress: ScanProgress, entries: readonly LibraryEntry[] = []): void {
    this.progress = progress;
    this.#emit(entries.length > 0 ? { scan: progress, entries } : { scan: progress });
  }
}

/** A library that keeps what it knows in `options.folder` and tells `emit` what changes. */
export function createLibrary({ folder }: LibraryOptions, emit: (change: LibraryChange) => void): Library {
  const shelf = new Shelf(join(folder, "library.json"), emit);
  const downloads = createDownloads({
    file: join(folder, "downloads.json"),
    emit: (list) => emit({ downloads: list }),
    onDone: () => void shelf.rescan(),
  });
  let opening: Promise<void> | null = null;
  const open = async (): Promise<void> => {
    await mkdir(folder, { recursive: true });
    await shelf.load();
    shelf.folders = (await Promise.all(shelf.paths.map(findPlaces))).map((found) => found.folder);
    await downloads.load();
    void shelf.rescan();
  };
  const ready = (): Promise<void> => {
    opening ??= open();
    return opening;
  };
  const setFolders = async (paths: readonly string[]): Promise<void> => {
    shelf.paths = paths;
    await shelf.keep();
    void shelf.rescan();
  };
  return {
    async state() {
      await ready();
      const { folders, progress, entries } = shelf;
      return { folders: [...folders], entries: [...entries.values()], scan: progress, downloads: downloads.list() };
    },
    async addFolder(path) {
      await ready();
      const added = resolve(path);
      if (!shelf.paths.includes(added)) await setFolders([...shelf.paths, added]);
    },
    async removeFolder(path) {
      await ready();
      await setFolders(shelf.paths.filter((one) => one !== path));
    },
    async rescan() {
      await ready();
      void shelf.rescan();
    },
    stopScan: () => shelf.stop(),
    hash: (id) => ready().then(() => hashOf(shelf, id)),
    preview: (id) => ready().then(() => previewOf(shelf.entry(id))),
    path: (id) => ready().then(() => shelf.entry(id).path),
    identify,
    async startDownload({ folder: target, kind, ...request }) {
      await ready();
      if (!shelf.paths.includes(target)) throw new LibraryError("This folder is not in the library. Add it first.");
      return downloads.start({ ...request, folder: await placeFor(target, kind) });
    },
    pauseDownload: (id) => downloads.pause(id),
    resumeDownload: (id) => downloads.resume(id),
    removeDownload: (id) => downloads.remove(id),
  };
}

async function hashOf(shelf: Shelf, id: string): Promise<string> {
  const entry = shelf.entry(id);
  if (entry.sha256 !== null && !entry.isHashStated) return entry.sha256;
  if (entry.kind === "onnx") throw new LibraryError("A folder has no hash; its files do.");
  const sha256 = await sha256Of(entry.path);
  shelf.put({ ...shelf.entry(id), sha256, isHashStated: false });
  await shelf.keep();
  return sha256;
}

async function previewOf({ path, problem }: LibraryEntry): Promise<Uint8Array<ArrayBuffer> | null> {
  const candidate = await candidateAt(path);
  const file = previewFile(path, candidate.isFolder, candidate.siblings);
  if (file !== null) return thumbnail(file);
  if (candidate.isFolder || problem !== null) return null;
  const inside = embeddedPreview(readCheckpoint(path).metadata);
  return inside === null ? null : thumbnail(inside);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
