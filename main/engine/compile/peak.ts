/** A network that a step calls: bytes of its weights, and of the values of its largest call. */
export interface NetworkUse {
  readonly weights: number;
  readonly values: number;
  /** Its picture is cut into tiles, or its values are computed in segments, where they do not fit. */
  readonly isDivisible: boolean;
}

/** What the program takes before any network is open. */
const baseBytes = 250e6;

/** The least of the memory that weights of a network in parts have. */
const leastShare = 0.25;

/**
 * Follows the memory of a run as the runtime will: networks stay open until another needs their place, the longest unused
 * goes first, and the memory of a network's calls stays with it.
 */
export class PeakForecast {
  /** For the whole process. */
  peakBytes = baseBytes;
  /** Of the first network that cannot fit, whatever is released. */
  excess: { readonly step: string; readonly bytes: number } | null = null;
  readonly #budget: number;
  readonly #open = new Map<string, number>();
  #results = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  /** A step that calls networks, by their names, and leaves results of some bytes. */
  add(step: string, uses: ReadonlyMap<string, NetworkUse>, resultBytes: number): void {
    this.#results += resultBytes;
    for (const [name, use] of uses) this.#call(step, name, use);
    this.peakBytes = Math.max(this.peakBytes, baseBytes + this.#held() + this.#results);
  }

  #call(step: string, name: string, { weights, values, isDivisible }: NetworkUse): void {
    const known = this.#open.get(name) ?? 0;
    this.#open.delete(name);
    const open = Math.min(weights, Math.max(this.#budget - values, leastShare * this.#budget));
    const own = isDivisible ? Math.min(open + values, Math.max(open, this.#budget)) : open + values;
    if (own > this.#budget) this.excess ??= { step, bytes: own };
    for (const [other, bytes] of this.#open) {
      if (this.#held() + own <= this.#budget) break;
      if (bytes > 0) this.#open.delete(other);
    }
    this.#open.set(name, Math.max(known, own));
    this.peakBytes = Math.max(this.peakBytes, baseBytes + this.#held() + this.#results);
  }

  #held(): number {
    let sum = 0;
    for (const bytes of this.#open.values()) sum += bytes;
    return sum;
  }
}

/** Networks that a network counts as: more than one where its weights are more than the memory that there is. */
export function partsOf({ weights, values }: NetworkUse, budgetBytes: number): number {
  if (weights <= budgetBytes) return 1;
  return Math.ceil(weights / Math.max(budgetBytes - values, leastShare * budgetBytes));
}
