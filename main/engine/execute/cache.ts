/** Outputs of one value step, by output name. */
export type StepValues = Readonly<Record<string, unknown>>;

interface Entry {
  readonly values: StepValues;
  readonly bytes: number;
}

/** Values by content key, under a memory budget; the least recently used ones go first. */
export class ResultCache {
  #entries = new Map<string, Entry>();
  #bytes = 0;
  readonly #budgetBytes: number;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The values of a step if every output in `outputs` was kept, and marks them as used. */
  get(key: string, outputs: readonly string[]): StepValues | undefined {
    const entry = this.#entries.get(key);
    if (!entry || outputs.some((name) => entry.values[name] === undefined)) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.values;
  }

  /** Like `get`, without marking: for planning. */
  has(key: string, outputs: readonly string[]): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && outputs.every((name) => entry.values[name] !== undefined);
  }

  set(key: string, values: StepValues): void {
    this.#forget(key);
    const bytes = bytesOf(values);
    this.#entries.set(key, { values, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#budgetBytes) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}

/** Memory that a value holds on to: its arrays, however nested in records. */
export function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === "string") return value.length * 2;
  if (Array.isArray(value))
    return typeof value[0] === "number" ? value.length * 8 : value.reduce((sum, part) => sum + bytesOf(part), 0);
  if (typeof value !== "object" || value === null) return 8;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), 0);
}
