import type { AnyTensor } from "../../../shared/tensor/tensor.ts";
import type { InputShapes } from "../onnx/liveness.ts";
import type { Session } from "./session.ts";

/** A network that is opened when it is asked for, and again after it was released to make room. */
export interface PooledNetwork {
  /** Stands for the network in this process. */
  readonly key: string;
  /** Memory that its weights take; asked once. */
  weightBytes(): number;
  /** They stay in their file, mapped: memory that the system counts as free. */
  readonly isMapped: boolean;
  open(): Promise<Session>;
  /** Memory that the inner values of one call take. */
  callBytes?(shapes: InputShapes): number;
}

export interface PoolPorts {
  /** Holds the batcher; its time counts as loading. */
  load<T>(work: Promise<T>): Promise<T>;
  /** Bytes that all networks together may take, of which `heldBytes` are taken and not mapped. */
  budget(heldBytes: number): number;
  /** Tells that a network was opened or released. */
  count(what: "opened" | "released"): void;
}

interface Entry {
  readonly network: PooledNetwork;
  readonly bytes: number;
  /** What callers hold: stays valid while the network is closed. */
  readonly handle: Promise<Session>;
  session: Promise<Session> | null;
  /** False while it is only being opened. */
  isOpen: boolean;
  /** Calls and openings under way: it cannot be released. */
  users: number;
  /** Memory of its calls: the runtime keeps it for the next one. */
  callBytes: number;
  /** Rises with every use. */
  lastUse: number;
  lastRun: number;
}

/**
 * Open networks under a memory budget. What callers get is a handle: the network behind it may be released whenever no
 * call of it is under way, the longest unused first, and opens again with the next call. A network that is larger than the
 * budget is opened none the less, alone.
 */
export class SessionPool {
  readonly #ports: PoolPorts;
  readonly #entries = new Map<string, Entry>();
  #uses = 0;
  #run = 0;

  constructor(ports: PoolPorts) {
    this.#ports = ports;
  }

  /** A new run: what it does not use may go at its end. */
  beginRun(): void {
    this.#run += 1;
  }

  /** The handle of a network, which is opened if it is not. */
  async take(network: PooledNetwork): Promise<Session> {
    const known = this.#entries.get(network.key);
    if (known) {
      this.#touch(known);
      return known.handle;
    }
    const entry: Entry = {
      network,
      bytes: network.weightBytes(),
      handle: Promise.resolve().then(() => this.#handleOf(entry)),
      session: null,
      isOpen: false,
      users: 0,
      callBytes: 0,
      lastUse: 0,
      lastRun: 0,
    };
    this.#entries.set(network.key, entry);
    this.#touch(entry);
    entry.handle.catch(() => this.#entries.delete(network.key));
    return this.#ports.load(entry.handle);
  }

  /** Whether a network was taken before. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Bytes that all networks together may take. */
  budget(): number {
    return this.#ports.budget(this.taken());
  }

  /** Bytes that open networks take and that are not mapped. */
  taken(): number {
    let taken = 0;
    for (const { isOpen, bytes, network, callBytes } of this.#entries.values()) {
      if (isOpen) taken += callBytes + (network.isMapped ? 0 : bytes);
    }
    return taken;
  }

  /** Keys of the networks that are open. */
  open(): string[] {
    return [...this.#entries].filter(([, entry]) => entry.session !== null).map(([key]) => key);
  }

  /** Releases networks that the last run did not use, the oldest first, while all together take more than `bytes`. */
  async trim(bytes: number): Promise<void> {
    await this.#release(bytes, (entry) => entry.lastRun < this.#run);
    for (const [key, { session, lastRun }] of this.#entries) {
      if (session === null && lastRun < this.#run) this.#entries.delete(key);
    }
  }

  async close(): Promise<void> {
    await this.#release(-1, () => true);
    this.#entries.clear();
  }

  async #handleOf(entry: Entry): Promise<Session> {
    const { path, label, inputs, outputs, files, document } = await this.#opened(entry);
    return {
      path,
      label,
      inputs,
      outputs,
      ...(files ? { files } : {}),
      ...(document ? { document } : {}),
      fits: (shapes) => entry.bytes + (entry.network.callBytes?.(shapes) ?? 0) <= this.budget(),
      prepare: (feeds) => this.#prepare(entry, feeds),
      run: (feeds) => this.#call(entry, feeds),
      release: () => this.#close(entry),
    };
  }

  #touch(entry: Entry): void {
    this.#uses += 1;
    entry.lastUse = this.#uses;
    entry.lastRun = this.#run;
  }

  /** Makes room for a call, and opens the network if it is closed. */
  async #prepare(entry: Entry, feeds: Readonly<Record<string, AnyTensor>>): Promise<void> {
    // Sizes of calls take a look at the whole graph: not where there is room for many networks more.
    if (entry.network.callBytes && this.#held() > this.budget() / 4) {
      const shapes = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
      entry.callBytes = Math.max(entry.callBytes, entry.network.callBytes(shapes));
      await this.#makeRoom(entry);
    }
    if (entry.session === null) await this.#ports.load(this.#opened(entry));
  }

  async #call(entry: Entry, feeds: Readonly<Record<string, AnyTensor>>): Promise<Record<string, AnyTensor>> {
    entry.users += 1;
    try {
      return await (await this.#opened(entry)).run(feeds);
    } finally {
      entry.users -= 1;
    }
  }

  #opened(entry: Entry): Promise<Session> {
    this.#touch(entry);
    if (entry.session) return entry.session;
    // Kept by someone who held the handle longer than the pool did.
    this.#entries.set(entry.network.key, entry);
    entry.users += 1;
    entry.session = this.#openNow(entry).finally(() => {
      entry.users -= 1;
    });
    entry.session.catch(() => {
      entry.session = null;
    });
    this.#ports.count("opened");
    return entry.session;
  }

  async #openNow(entry: Entry): Promise<Session> {
    // After the caller has noted that it is under way.
    await Promise.resolve();
    await this.#makeRoom(entry);
    const session = await entry.network.open();
    entry.isOpen = true;
    return session;
  }

  #held(): number {
    let bytes = 0;
    for (const { session, bytes: own, callBytes } of this.#entries.values()) {
      if (session !== null) bytes += own + callBytes;
    }
    return bytes;
  }

  async #makeRoom(entry: Entry): Promise<void> {
    await this.#release(this.budget(), (other) => other !== entry);
  }

  /** Releases idle networks that may go, the longest unused first, while all together take more than `bytes`. */
  async #release(bytes: number, mayGo: (entry: Entry) => boolean): Promise<void> {
    const idle = [...this.#entries.values()].filter(
      (entry) => entry.session !== null && entry.users === 0 && mayGo(entry),
    );
    for (const entry of idle.sort((a, b) => a.lastUse - b.lastUse)) {
      if (this.#held() <= bytes) return;
      await this.#close(entry);
    }
  }

  /** A network that never opened has nothing to release. */
  async #close(entry: Entry): Promise<void> {
    const { session } = entry;
    if (session === null) return;
    entry.session = null;
    entry.isOpen = false;
    entry.callBytes = 0;
    this.#ports.count("released");
    await session.then((open) => open.release()).catch(() => {});
  }
}
