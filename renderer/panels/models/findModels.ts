import type { LibraryEntry, ModelKind } from "../../../shared/library.ts";

/** Orders of the list. */
export const orders = [
  { value: "name", label: "Name" },
  { value: "modified", label: "Newest" },
  { value: "size", label: "Largest" },
] as const;
export type Order = (typeof orders)[number]["value"];

/** What a list of models shows. */
export interface Wanted {
  readonly query: string;
  /** "problem" for files that cannot be used. */
  readonly kind: ModelKind | "problem" | null;
  readonly base: string | null;
  readonly order: Order;
}

const compare: Readonly<Record<Order, (a: LibraryEntry, b: LibraryEntry) => number>> = {
  name: (a, b) => names.compare(a.name, b.name),
  modified: (a, b) => b.modified - a.modified,
  size: (a, b) => b.bytes - a.bytes,
};
const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Models that have every word of the query in their name, folder, title, base or trained words, or begin with it as a hash. */
export function findModels(entries: readonly LibraryEntry[], { query, kind, base, order }: Wanted): LibraryEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (entry: LibraryEntry) =>
    (kind === null || (kind === "problem" ? entry.problem !== null : entry.kind === kind)) &&
    (base === null || entry.base === base) &&
    words.every((word) => textOf(entry).includes(word) || (entry.sha256?.startsWith(word) ?? false));
  return entries.filter(fits).sort(compare[order]);
}

function textOf({ path, title, base, words }: LibraryEntry): string {
  return [path, title, base, ...words].join("\n").toLowerCase();
}

/** Base architectures that occur, in order. */
export function basesOf(entries: readonly LibraryEntry[]): string[] {
  return [...new Set(entries.map(({ base }) => base))].filter((base) => base !== "").sort(names.compare);
}
