import { setImmediate as breathe } from "node:timers/promises";
import type { LibraryEntry, ScanProgress } from "../../../shared/library.ts";
import { besideOf, describe, idOf, stampOf } from "./describe.ts";
import type { Place } from "./places.ts";
import { type Candidate, candidates } from "./walk.ts";

/** What a scan reports. */
export interface ScanReport {
  readonly progress: ScanProgress;
  /** New or changed since the last report. */
  readonly entries: readonly LibraryEntry[];
}

interface ScanTask {
  readonly places: readonly Place[];
  /** What is known from before, by id. */
  readonly known: ReadonlyMap<string, LibraryEntry>;
  readonly signal: AbortSignal;
  readonly report: (report: ScanReport) => void;
}

const batchSize = 100;

/**
 * Looks at every model of some places; those of the same size and time as before are not opened. Each file is a turn of
 * its own, so that the process answers others meanwhile. Returns the ids of all that are there; null if it was stopped.
 */
export async function scan({ places, known, signal, report }: ScanTask): Promise<ReadonlySet<string> | null> {
  const found: Candidate[] = [];
  for await (const candidate of candidates(places)) {
    if (signal.aborted) return null;
    found.push(candidate);
    if (found.length % batchSize === 0) report({ progress: { done: 0, total: found.length }, entries: [] });
  }
  const there = new Set<string>();
  let batch: LibraryEntry[] = [];
  for (const [index, candidate] of found.entries()) {
    await breathe();
    if (signal.aborted) return null;
    const entry = await look(candidate, known).catch(() => null);
    if (entry !== null) there.add(entry.id);
    if (entry !== null && known.get(entry.id) !== entry) batch.push(entry);
    if ((index + 1) % batchSize === 0 || index + 1 === found.length) {
      report({ progress: { done: index + 1, total: found.length }, entries: batch });
      batch = [];
    }
  }
  return there;
}

/** A model as it was known, where nothing of it changed, or looked at anew. A file that vanished meanwhile rejects. */
async function look(candidate: Candidate, known: ReadonlyMap<string, LibraryEntry>): Promise<LibraryEntry> {
  const stamp = await stampOf(candidate);
  const before = known.get(idOf(candidate.path));
  if (before === undefined || before.bytes !== stamp.bytes || before.modified !== stamp.modified) {
    return describe(candidate, stamp);
  }
  if (before.beside.join() === besideOf(candidate).join()) return before;
  // What lies beside it changed, the file did not: a hash that was computed still holds.
  const entry = await describe(candidate, stamp);
  return before.isHashStated || before.sha256 === null
    ? entry
    : { ...entry, sha256: before.sha256, isHashStated: false };
}
