import { create } from "zustand";
import type { WindowEvents } from "../../../shared/contract.ts";
import type { LogEntry } from "./LogList.tsx";
import { logLine } from "./logLine.ts";

/** Lines kept: enough for a few hundred runs, little enough to draw at once. */
const longest = 500;

/** The last lines about runs. */
export const useLog = create<{ readonly entries: readonly LogEntry[] }>(() => ({ entries: [] }));

/** Adds what a job reports to the log. */
export function logJobEvent({ number, event }: WindowEvents["job.event"]): void {
  const line = logLine(event);
  if (line === null) return;
  useLog.setState(({ entries }) => {
    const id = (entries.at(-1)?.id ?? 0) + 1;
    return { entries: [...entries, { ...line, id, run: number, at: Date.now() }].slice(-longest) };
  });
}
