import type { WorkflowNode } from "../../../shared/workflow/workflow.ts";
import type { NodeRun } from "../../run/transition.ts";

export type CardState = NodeRun["state"] | "notReached" | "bypassed" | "muted" | "off";

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
  readonly mode: WorkflowNode["mode"];
  /** Whether runs leave the node out because of a muted one. */
  readonly isOff: boolean;
}

/**
 * What a card shows: whether it takes part at all before anything else, then a fault, then what its node did, then what
 * it waits for.
 */
export function cardState({ run = "idle", job, isPlanned, isKept, isFaulty, mode, isOff }: Facts): CardState {
  if (mode !== undefined) return mode === "mute" ? "muted" : "bypassed";
  if (isOff) return "off";
  if (isFaulty) return "error";
  if (run !== "idle" || !isPlanned) return run;
  if (job !== undefined && isKept) return "cached";
  if (job === "running") return "queued";
  return job === "failed" ? "notReached" : "idle";
}
