import type { NodeRun } from "../../run/transition.ts";

export type CardState = NodeRun["state"] | "notReached";

interface Facts {
  /** What the last run did with the node. */
  readonly run: NodeRun["state"] | undefined;
  /** What became of the document's last run. */
  readonly job: "running" | "done" | "failed" | "stopped" | undefined;
  /** Whether the node is among the steps of a run. */
  readonly isPlanned: boolean;
  /** Whether its result is kept: a run does not even ask for it. */
  readonly isKept: boolean;
  /** Whether the check found a fault on it. */
  readonly isFaulty: boolean;
}

/** What a card shows: a fault before anything else, then what its node did, then what it waits for. */
export function cardState({ run = "idle", job, isPlanned, isKept, isFaulty }: Facts): CardState {
  if (isFaulty) return "error";
  if (run !== "idle" || !isPlanned) return run;
  if (job !== undefined && isKept) return "cached";
  if (job === "running") return "queued";
  return job === "failed" ? "notReached" : "idle";
}
