import type { Checked } from "../../../shared/contract.ts";
import type { Diagnostic } from "../../../shared/plan.ts";
import { type NodeRun, useNodeRun, useRuns } from "../../run/runs.ts";
import { useDocuments } from "../../state/documents.ts";
import { isWithin, titlesAt, useCheckHere, useHere } from "../../state/here.ts";
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

/** What check and run say about the node of a card, and about all that it holds. */
export function useCard({ node: { id, mode }, isOff }: Pick<CardData, "node" | "isOff">): CardFacts {
  const document = useDocuments(({ activeId }) => activeId);
  const path = useHere() + id;
  const run = useNodeRun(document, path);
  const job = useRuns(({ byDocument }) => byDocument[document ?? ""]?.state);
  const number = useRuns(({ byDocument }) => byDocument[document ?? ""]?.number);
  const found = (severity: Diagnostic["severity"]) => (checked: Checked) =>
    checked.diagnostics.find((one) => one.severity === severity && isWithin(one.node, id));
  const error = useCheckHere(found("error"));
  const caution = useCheckHere(found("warning"));
  const isPlanned = useCheckHere(({ steps }) => steps.some(({ node }) => isWithin(node, id))) ?? false;
  const isKept = useCheckHere(({ steps }) => isPlanned && steps.every((one) => one.cached || !isWithin(one.node, id)));
  const isFaulty = error !== undefined;
  const state = cardState({ run: run?.state, job, isPlanned, isKept: isKept ?? false, isFaulty, mode, isOff });
  const isFailed = run?.state === "error";
  const said = run?.message == null ? null : sentence(run.message, run.within);
  return {
    state,
    run,
    number,
    fault: error ? sentence(error.message, innerOf(error, id)) : isFailed ? said : null,
    faultyPort: error ? (error.node === id ? error.port : null) : isFailed ? run.port : null,
    warning: caution ? sentence(caution.message, innerOf(caution, id)) : isFailed ? null : said,
  };

  /** What is said of an inner node starts with its titles. */
  function sentence(message: string, within: string | undefined): string {
    return within === undefined
      ? message
      : `${titlesAt(`${path}/${within}`).split(" › ").slice(depthOf(path)).join(" › ")}: ${message}`;
  }
}

function innerOf({ node }: Diagnostic, id: string): string | undefined {
  return node === null || node === id ? undefined : node.slice(id.length + 1);
}

function depthOf(path: string): number {
  return path.split("/").length;
}
