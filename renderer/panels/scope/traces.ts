import { create } from "zustand";
import type { WindowEvents } from "../../../shared/contract.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { advanceTraces, letGoOf, type Trace } from "./trace.ts";

interface Traces {
  /** Newest last. */
  readonly byDocument: Readonly<Record<string, readonly Trace[]>>;
  /** The document as it was when a job was queued, by document and job. */
  readonly workflows: Readonly<Record<string, Readonly<Record<string, Workflow>>>>;
}

export const useTraces = create<Traces>(() => ({ byDocument: {}, workflows: {} }));

type JobEvent = WindowEvents["job.event"];

const frameMs = 16;
/** Enough for every trace and the jobs that wait; unchanged nodes are shared among them. */
const keptWorkflows = 64;
let waiting: JobEvent[] = [];

/** Takes in an event; those of one frame are shown together. */
export function receiveTrace(event: JobEvent): void {
  waiting.push(event);
  if (waiting.length === 1) setTimeout(flush, frameMs);
}

function flush(): void {
  const events = waiting;
  waiting = [];
  const { byDocument } = useTraces.getState();
  const next: Record<string, readonly Trace[]> = { ...byDocument };
  for (const event of events) {
    const before = next[event.document] ?? [];
    const after = advanceTraces(before, event);
    if (after === before) continue;
    for (const trace of before) if (!after.some(({ job }) => job === trace.job)) letGoOf(trace);
    next[event.document] = after;
  }
  useTraces.setState({ byDocument: next });
}

/** Remembers what a job runs, to tell runs apart by what differs. */
export function keepWorkflow(document: string, job: string, workflow: Workflow): void {
  useTraces.setState(({ workflows }) => {
    const kept = Object.entries(workflows[document] ?? {}).slice(-keptWorkflows);
    return { workflows: { ...workflows, [document]: { ...Object.fromEntries(kept), [job]: workflow } } };
  });
}

/** Lets go of the runs of all documents but the open ones. */
export function forgetClosedTraces(open: ReadonlySet<string>): void {
  const { byDocument, workflows } = useTraces.getState();
  const isClosed = (id: string) => !open.has(id);
  if (!Object.keys({ ...byDocument, ...workflows }).some(isClosed)) return;
  for (const [id, traces] of Object.entries(byDocument)) if (isClosed(id)) traces.forEach(letGoOf);
  const without = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).filter(([id]) => open.has(id)));
  useTraces.setState({ byDocument: without(byDocument), workflows: without(workflows) });
}
