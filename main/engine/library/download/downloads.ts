import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { type Download, type DownloadRequest, keptDownloads } from "../../../../shared/library.ts";
import { writeAtomic } from "../../files/atomic.ts";
import { addressOf } from "./address.ts";
import { givenHash, safeFileName } from "./content.ts";
import { DownloadError } from "./error.ts";
import { createSpeedometer } from "./speedometer.ts";
import { freeBytes, type Job, partOf, transfer } from "./transfer.ts";

interface Options {
  /** JSON file that the list is kept in. */
  readonly file: string;
  readonly emit: (downloads: readonly Download[]) => void;
  /** A file got its name. */
  readonly onDone: () => void;
  readonly free?: (folder: string) => Promise<number>;
  /** Milliseconds before the first new try; each further one waits twice as long. */
  readonly retryMs?: number;
}

/** Files that are fetched, one after the other; the list outlives the process. */
export interface Downloads {
  /** Takes up the list of the last start: what was not finished goes on, what was paused stays so. */
  load(): Promise<void>;
  list(): Download[];
  start(request: Omit<DownloadRequest, "kind">): Promise<Download>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

interface Item extends Job {
  state: Download["state"];
  problem: string | null;
}

/** Tries in a row that bring nothing new. */
const mostTries = 5;
const tellEveryMs = 250;

class Queue implements Downloads {
  readonly #options: Options;
  #items: Item[] = [];
  #current: { readonly item: Item; readonly abort: AbortController; readonly ended: Promise<void> } | null = null;
  #speed = createSpeedometer();
  #told = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  async load(): Promise<void> {
    const text = await readFile(this.#options.file, "utf8").catch(() => "null");
    const kept = keptDownloads.safeParse(parsed(text));
    if (!kept.success) return;
    const unfinished = kept.data.filter(({ state }) => state !== "done");
    this.#items = unfinished.map((item) => {
      const goesOn = item.state === "running" || item.state === "checking";
      return { ...item, state: goesOn ? "waiting" : item.state };
    });
    this.#next();
  }

  list(): Download[] {
    return this.#items.map(({ id, url, name, wanted, folder, state, received, total, problem }) => ({
      id,
      url,
      name: name || wanted || url.replace(/[?#].*$/, "").replace(/^.*\//, ""),
      folder,
      state,
      received,
      total,
      speed: state === "running" ? this.#speed.value() : 0,
      problem,
    }));
  }

  async start({ url, folder, name, sha256 }: Omit<DownloadRequest, "kind">): Promise<Download> {
    const address = addressOf(url).href;
    const given = givenHash(sha256);
    const wanted = safeFileName(name);
    if (this.#items.some((item) => item.url === address && item.folder === folder && item.state !== "done")) {
      throw new DownloadError("This file is in the list of downloads already.");
    }
    const fresh = { name: "", etag: null, stated: null, received: 0, total: null, problem: null };
    const item: Item = { id: randomUUID(), url: address, folder, wanted, given, state: "waiting", ...fresh };
    this.#items.push(item);
    await this.#changed();
    this.#next();
    return this.list().find(({ id }) => id === item.id) as Download;
  }

  async pause(id: string): Promise<void> {
    const item = this.#item(id);
    if (item.state === "done" || item.state === "failed") return;
    item.state = "paused";
    await this.#stop(item);
    await this.#changed();
    this.#next();
  }

  async resume(id: string): Promise<void> {
    const item = this.#item(id);
    if (item.state !== "paused" && item.state !== "failed") return;
    item.state = "waiting";
    item.problem = null;
    await this.#changed();
    this.#next();
  }

  async remove(id: string): Promise<void> {
    const item = this.#item(id);
    this.#items = this.#items.filter((one) => one !== item);
    await this.#stop(item);
    if (item.state !== "done" && item.name !== "") await rm(partOf(item), { force: true });
    await this.#changed();
    this.#next();
  }

  #item(id: string): Item {
    const item = this.#items.find((one) => one.id === id);
    if (item === undefined) throw new DownloadError("This download is not in the list any more.");
    return item;
  }

  async #stop(item: Item): Promise<void> {
    if (this.#current?.item !== item) return;
    this.#current.abort.abort();
    await this.#current.ended;
  }

  #next(): void {
    const item = this.#items.find(({ state }) => state === "waiting");
    if (item === undefined || this.#current !== null) return;
    const abort = new AbortController();
    this.#speed = createSpeedometer();
    const ended = this.#run(item, abort.signal).finally(async () => {
      this.#current = null;
      await this.#changed();
      this.#next();
    });
    this.#current = { item, abort, ended };
  }

  /** One download to its end; never rejects. */
  async #run(item: Item, signal: AbortSignal): Promise<void> {
    item.state = "running";
    try {
      await this.#tries(item, signal);
      item.state = "done";
      this.#options.onDone();
    } catch (error) {
      if (signal.aborted) return;
      item.state = "failed";
      item.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async #tries(item: Item, signal: AbortSignal): Promise<void> {
    const { free = freeBytes, retryMs = 1000 } = this.#options;
    const tell = (isChecking: boolean) => {
      if (!signal.aborted) this.#progress(item, isChecking);
    };
    for (let tries = 1; ; tries++) {
      const before = item.received;
      try {
        return await transfer(item, { signal, tell, free });
      } catch (error) {
        if (signal.aborted || !(error instanceof DownloadError) || !error.isPassing) throw error;
        if (item.received > before) tries = 1;
        if (tries === mostTries) throw error;
        await wait(retryMs * 2 ** (tries - 1), undefined, { signal });
      }
    }
  }

  #progress(item: Item, isChecking: boolean): void {
    const isNew = isChecking !== (item.state === "checking");
    item.state = isChecking ? "checking" : "running";
    this.#speed.see(item.received);
    const now = performance.now();
    if (!isNew && now - this.#told < tellEveryMs) return;
    this.#told = now;
    this.#options.emit(this.list());
  }

  /** Tells what is new, and keeps it. */
  #changed(): Promise<void> {
    this.#options.emit(this.list());
    const text = JSON.stringify(this.#items);
    this.#writing = this.#writing.then(() => writeAtomic(this.#options.file, text)).catch(() => {});
    return this.#writing;
  }
}

export function createDownloads(options: Options): Downloads {
  return new Queue(options);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
