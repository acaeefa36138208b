import type { AnyTensor } from "../../../shared/tensor/tensor.ts";
import { concatFeeds, repeatKeys, repeatRow, sliceFeed } from "./feeds.ts";
import type { Session } from "./session.ts";
import type { Meter } from "./types.ts";

export interface NetworkRequest {
  readonly session: Session;
  /** Inputs whose first axis is the batch: `rows` of them, or one for all. */
  readonly feeds: Readonly<Record<string, AnyTensor>>;
  /** Inputs that hold for the whole call; only requests with equal ones share a call. */
  readonly shared: Readonly<Record<string, AnyTensor>>;
  /** Input whose second axis are keys of an attention: different lengths are made equal by repeating, which is exact. */
  readonly keys?: string;
  readonly rows: number;
  readonly kind: "denoise" | "gradient" | "other";
  /** Most rows that one call may carry. */
  readonly capacity: number;
}

type Result = Record<string, AnyTensor>;

interface Pending extends NetworkRequest {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const newMeter = (): Meter => ({
  nfe: 0,
  runs: 0,
  backward: 0,
  modelMs: 0,
  gradientMs: 0,
  loadMs: 0,
  opened: 0,
  released: 0,
});

/** Repeating keys beyond this factor costs more than a call of its own. */
const maxKeyRepeat = 4;

/**
 * Merges requests that wait at the same time. A round goes out when nothing else is under way: no hold is open and all
 * microtasks have run; never after a time, so what is merged does not depend on timing.
 */
export class Batcher {
  #pending: Pending[] = [];
  #holds = 0;
  #loads = 0;
  #loadStarted = 0;
  #isScheduled = false;
  #isRunning = false;
  #meter: Meter = newMeter();
  #signal: AbortSignal = new AbortController().signal;

  /** Starts counting anew. */
  begin(signal: AbortSignal): Meter {
    this.#signal = signal;
    this.#meter = newMeter();
    return this.#meter;
  }

  get meter(): Meter {
    return this.#meter;
  }

  /** No round goes out until `work` settles. */
  hold<T>(work: Promise<T>): Promise<T> {
    this.#holds += 1;
    return work.finally(() => {
      this.#holds -= 1;
      this.#schedule();
    });
  }

  /** A hold for work that opens sessions or files: its time counts as loading, overlapping work once. */
  load<T>(work: Promise<T>): Promise<T> {
    if (this.#loads === 0) this.#loadStarted = performance.now();
    this.#loads += 1;
    const meter = this.#meter;
    const ended = () => {
      this.#loads -= 1;
      if (this.#loads === 0) meter.loadMs += performance.now() - this.#loadStarted;
    };
    return this.hold(work.finally(ended));
  }

  request(request: NetworkRequest): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ ...request, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isRunning || this.#pending.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#holds === 0 && !this.#isRunning && this.#pending.length > 0) void this.#round();
    });
  }

  /** Runs all that waits and settles it together, so that the next round is asked for together too. */
  async #round(): Promise<void> {
    this.#isRunning = true;
    const requests = this.#pending;
    this.#pending = [];
    const settle: (() => void)[] = [];
    for (const group of groupsOf(requests)) {
      try {
        const results = await this.#runGroup(group);
        group.forEach((request, i) => {
          settle.push(() => request.resolve(results[i]));
        });
      } catch (error) {
        for (const request of group) settle.push(() => request.reject(error));
      }
    }
    this.#isRunning = false;
    for (const done of settle) done();
    this.#schedule();
  }

  async #runGroup(group: readonly Pending[]): Promise<Result[]> {
    const { session, shared, kind } = group[0];
    const rows = group.reduce((sum, request) => sum + request.rows, 0);
    const merged = mergeFeeds(group);
    const fixed = Object.values(session.inputs).find((port) => port.shape.length > 1)?.shape[0] ?? null;
    const capacity = fixed ?? Math.max(1, Math.min(...group.map((request) => request.capacity)));
    const parts: Result[] = [];
    for (let from = 0; from < rows; from += capacity) {
      const to = Math.min(rows, from + capacity);
      parts.push(await this.#call(session, merged, shared, from, to, fixed ?? to - from, kind));
    }
    return splitResults(parts, group);
  }

  /** One runtime call for rows from..to, filled up to `size` where the graph has a fixed batch. */
  async #call(
    session: Session,
    merged: Result,
    shared: NetworkRequest["shared"],
    from: number,
    to: number,
    size: number,
    kind: NetworkRequest["kind"],
  ): Promise<Result> {
    this.#signal.throwIfAborted();
    const feeds: Result = { ...shared };
    for (const [name, feed] of Object.entries(merged)) feeds[name] = sliceFeed(feed, from, to, size);
    await session.prepare?.(feeds);
    const started = performance.now();
    const result = await session.run(feeds);
    const elapsed = performance.now() - started;
    this.#meter.modelMs += elapsed;
    if (kind === "gradient") this.#meter.gradientMs += elapsed;
    if (kind === "denoise") this.#meter.runs += 1;
    if (size === to - from) return result;
    return Object.fromEntries(
      Object.entries(result).map(([name, value]) => [name, sliceFeed(value, 0, to - from, to - from)]),
    );
  }
}

/** Requests that share a call, in the order of each group's first request. */
function groupsOf(requests: readonly Pending[]): Pending[][] {
  const groups = new Map<string, Pending[]>();
  const ids = new Map<Session, number>();
  for (const request of requests) {
    if (!ids.has(request.session)) ids.set(request.session, ids.size);
    const key = `${ids.get(request.session)}|${shapeKey(request)}`;
    const group = groups.get(key);
    if (group) group.push(request);
    else groups.set(key, [request]);
  }
  return [...groups.values()].flatMap(byKeyLength);
}

function shapeKey({ feeds, shared, keys }: Pending): string {
  const parts = Object.entries(feeds).map(
    ([name, { shape }]) => `${name}:${name === keys ? shape.slice(2) : shape.slice(1)}`,
  );
  const constants = Object.entries(shared).map(([name, { data }]) => `${name}=${data}`);
  return [...parts, ...constants].join("|");
}

/** One group if its key lengths have a small common multiple, else one for each length. */
function byKeyLength(group: Pending[]): Pending[][] {
  const { keys } = group[0];
  if (keys === undefined) return [group];
  const lengths = new Set(group.map((request) => request.feeds[keys].shape[1]));
  if (lengths.size === 1) return [group];
  const multiple = [...lengths].reduce(leastCommonMultiple);
  if (multiple <= maxKeyRepeat * Math.max(...lengths)) {
    return [
      group.map((request) => ({
        ...request,
        feeds: { ...request.feeds, [keys]: repeatKeys(request.feeds[keys], multiple) },
      })),
    ];
  }
  return [...lengths].map((length) => group.filter((request) => request.feeds[keys].shape[1] === length));
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

function mergeFeeds(group: readonly Pending[]): Result {
  const merged: Result = {};
  for (const name of Object.keys(group[0].feeds)) {
    merged[name] = concatFeeds(group.map(({ feeds, rows }) => repeatRow(feeds[name], rows)));
  }
  return merged;
}

function splitResults(parts: readonly Result[], group: readonly Pending[]): Result[] {
  const names = Object.keys(parts[0]);
  const whole = Object.fromEntries(names.map((name) => [name, concatFeeds(parts.map((part) => part[name]))]));
  let row = 0;
  return group.map(({ rows }) => {
    const from = row;
    row += rows;
    return Object.fromEntries(names.map((name) => [name, sliceFeed(whole[name], from, row, rows)]));
  });
}
