import { create } from "zustand";
import type { Job, WindowEvents } from "../../shared/contract.ts";
import type { DoneEvent } from "../../shared/events.ts";
import { runAt } from "./instances.ts";
import { advance, letGo, type NodeRun } from "./transition.ts";

export type { NodeRun } from "./transition.ts";

/** What the last or running job of a document did. */
export interface DocumentRun {
  readonly job: string;
  readonly number: number;
  readonly state: "running" | "done" | "failed" | "stopped";
  readonly nodes: Readonly<Record<string, NodeRun>>;
  readonly done: DoneEvent | null;
  /** Sentence of an error that belongs to no node. */
  readonly message: string | null;
  /** Files written, newest last. */
  readonly outputs: readonly { readonly node: string; readonly path: string }[];
}

interface Runs {
  readonly byDocument: Readonly<Record<string, DocumentRun>>;
  readonly jobs: readonly Job[];
  /** Seed that each node ran with last, as text, by document and node. */
  readonly seeds: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly engine: { readonly state: "starting" | "ready" | "stopped"; readonly reason?: string };
}

export const useRuns = create<Runs>(() => ({ byDocument: {}, jobs: [], seeds: {}, engine: { state: "starting" } }));

type JobEvent = WindowEvents["job.event"];

let waiting: JobEvent[] = [];
let isFlushDue = false;
const frameMs = 16;

/** Takes in an event; pictures and progress of one frame are shown together. */
export function receive(event: JobEvent): void {
  waiting.push(event);
  if (isFlushDue) return;
  isFlushDue = true;
  // No animation frame: a hidden window draws none, but its runs end as well.
  setTimeout(flush, frameMs);
}

function flush(): void {
  isFlushDue = false;
  const events = waiting;
  waiting = [];
  useRuns.setState(({ byDocument }) => {
    const next = { ...byDocument };
    for (const event of events) next[event.document] = advance(next[event.document], event);
    return { byDocument: next };
  });
}

/** Lets go of what is known about the runs of all documents but the open ones, pictures included. */
export function forgetClosed(open: ReadonlySet<string>): void {
  const { byDocument, seeds } = useRuns.getState();
  const closed = Object.keys({ ...byDocument, ...seeds }).filter((id) => !open.has(id));
  if (closed.length === 0) return;
  for (const id of closed) letGo(byDocument[id]);
  const without = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).filter(([id]) => open.has(id)));
  useRuns.setState({ byDocument: without(byDocument), seeds: without(seeds) });
}

export function setJobs(jobs: readonly Job[]): void {
  useRuns.setState({ jobs });
}

export function setEngine(status: WindowEvents["engine.status"]): void {
  useRuns.setState({
    engine: status.reason === undefined ? { state: status.state } : { state: status.state, reason: status.reason },
  });
}

/** Keeps the seeds of a queued run: those of the document and, after them, those that the run drew. */
export function keepSeeds(document: string, seeds: readonly { node: string; seed: string }[]): void {
  const byNode = Object.fromEntries(seeds.map(({ node, seed }) => [node, seed]));
  useRuns.setState((state) => ({ seeds: { ...state.seeds, [document]: byNode } }));
}

/** The run of one node, or of what it holds, by its path, for its card: components of other nodes are not touched when it changes. */
export function useNodeRun(document: string | null, node: string): NodeRun | undefined {
  return useRuns(({ byDocument }) => {
    const run = document === null ? undefined : byDocument[document];
    return run && runAt(run.nodes, node);
  });
}
