import { useEffect, useState } from "react";
import type { FieldGrid, FieldRequest } from "./field.ts";

interface Answer {
  readonly id: number;
  readonly grid: FieldGrid;
}

let worker: Worker | null = null;
let count = 0;
const waiting = new Map<number, (grid: FieldGrid) => void>();

/** Asks the worker, which is started once. */
function ask(request: FieldRequest): Promise<FieldGrid> {
  if (worker === null) {
    worker = new Worker(new URL("./fieldWorker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.id)?.(data.grid);
      waiting.delete(data.id);
    });
  }
  const id = ++count;
  worker.postMessage({ id, request });
  return new Promise((resolve) => waiting.set(id, resolve));
}

/** Requests of one plot: one under way, and the newest after it, so that a slider never queues up. */
class Latest {
  #next: FieldRequest | null = null;
  #isBusy = false;
  readonly #take: (grid: FieldGrid) => void;

  constructor(take: (grid: FieldGrid) => void) {
    this.#take = take;
  }

  want(request: FieldRequest): void {
    this.#next = request;
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#next !== null) {
      const request = this.#next;
      this.#next = null;
      this.#take(await ask(request));
    }
    this.#isBusy = false;
  }
}

/** The field of a request, computed elsewhere; the one before until it is there, null while none is wanted. */
export function useField(request: FieldRequest | null): FieldGrid | null {
  const [grid, setGrid] = useState<FieldGrid | null>(null);
  const [latest] = useState(() => new Latest(setGrid));
  const key =
    request === null ? "" : JSON.stringify([request.sigma, request.guided, request.box, request.columns, request.rows]);
  const exact = request?.exact;
  useEffect(() => {
    if (request !== null) latest.want(request);
  }, [key, exact, latest]);
  return request === null ? null : grid;
}
