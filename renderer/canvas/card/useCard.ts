import { type NodeRun, useNodeRun, useRuns } from "../../run/runs.ts";
import { useActiveCheck } from "../../state/check.ts";
import { useDocuments } from "../../state/documents.ts";
import type { CardData } from "../project.ts";
import { type CardState, cardState } from "./state.ts";

export interface CardFacts {
  readonly state: CardState;
  readonly run: NodeRun | undefined;
  /** Number of the document's last run. */
  readonly number: number | undefined;
  /** What is wrong, in a sentence. */
  readonly fault: string | null;
  /** Input or parameter at fault. */
  readonly faultyPort: string | null;
  readonly warning: string | null;
}

/** What check and run say about the node of a card. */
export function useCard({ node: { id, mode }, isOff }: CardData): CardFacts {
  const document = useDocuments(({ activeId }) => activeId);
  const run = useNodeRun(document, id);
  const job = useRuns(({ byDocument }) => byDocument[document ?? ""]?.state);
  const number = useRuns(({ byDocument }) => byDocument[document ?? ""]?.number);
  const error = useActiveCheck(({ diagnostics }) =>
    diagnostics.find((one) => one.node === id && one.severity === "error"),
  );
  const caution = useActiveCheck(({ diagnostics }) =>
    diagnostics.find((one) => one.node === id && one.severity === "warning"),
  );
  const isPlanned = useActiveCheck(({ steps }) => steps.some(({ node }) => node === id)) ?? false;
  const isKept = useActiveCheck(({ steps }) => steps.some(({ node, cached }) => node === id && cached)) ?? false;
  const state = cardState({ run: run?.state, job, isPlanned, isKept, isFaulty: error !== undefined, mode, isOff });
  const isFailed = run?.state === "error";
  return {
    state,
    run,
    number,
    fault: error?.message ?? (isFailed ? run.message : null),
    faultyPort: error?.port ?? (isFailed ? run.port : null),
    warning: caution?.message ?? (isFailed ? null : (run?.message ?? null)),
  };
}
