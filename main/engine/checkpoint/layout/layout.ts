import type { WeightTable } from "../weightTable.ts";

/** Every weight that a network of one structure has, with its shape, in the order in which it runs. */
export type Layout = ReadonlyMap<string, readonly number[]>;

/** Writes a layout layer by layer. */
export class LayoutWriter {
  readonly weights = new Map<string, readonly number[]>();

  add(key: string, ...shape: readonly number[]): void {
    this.weights.set(key, shape);
  }

  linear(key: string, into: number, out: number, hasBias = true): void {
    this.add(`${key}.weight`, out, into);
    if (hasBias) this.add(`${key}.bias`, out);
  }

  conv(key: string, into: number, out: number, side = 3): void {
    this.add(`${key}.weight`, out, into, side, side);
    this.add(`${key}.bias`, out);
  }

  /** Scale and shift of a norm over `width` channels. */
  norm(key: string, width: number): void {
    this.add(`${key}.weight`, width);
    this.add(`${key}.bias`, width);
  }
}

/** Where weights differ from a layout first: the key, what the layout has there, and what the weights have (null: nothing). */
export interface Difference {
  readonly key: string;
  readonly expected: readonly number[];
  readonly found: readonly number[] | null;
}

/** The first weight of a layout that is missing or has another shape; null if all are there. */
export function firstDifference(weights: WeightTable, layout: Layout): Difference | null {
  for (const [key, expected] of layout) {
    const found = weights.get(key)?.shape ?? null;
    const isSame = found?.length === expected.length && found.every((side, i) => side === expected[i]);
    if (!isSame) return { key, expected, found };
  }
  return null;
}

/** How many weights stand under keys that are counted from 0. */
export function countOf(weights: WeightTable, key: (n: number) => string): number {
  let n = 0;
  while (weights.get(key(n))) n++;
  return n;
}
