import type { Job } from "../../../shared/contract.ts";
import type { DocumentRun } from "../../run/runs.ts";

/** The node that a run is at and how far it is there; one that counts its steps goes before others. */
export function runningNode(run: DocumentRun | undefined): { id: string; step: number; steps: number } | null {
  const running = Object.entries(run?.nodes ?? {}).filter(([, { state }]) => state === "running");
  const [found] = [...running].sort(([, a], [, b]) => b.steps - a.steps);
  return found === undefined ? null : { id: found[0], step: found[1].step, steps: found[1].steps };
}

interface Work {
  readonly jobs: readonly Job[];
  readonly byDocument: Readonly<Record<string, DocumentRun>>;
}

/** Part of the running node's steps that are done, 0 to 1; null where nothing counts steps. */
export function runningProgress({ jobs, byDocument }: Work): number | null {
  const job = jobs.find(({ state }) => state === "running");
  const node = job === undefined ? null : runningNode(byDocument[job.document]);
  return node === null || node.steps === 0 ? null : node.step / node.steps;
}
