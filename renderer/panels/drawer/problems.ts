import type { Diagnostic } from "../../../shared/plan.ts";
import type { DocumentRun } from "../../run/runs.ts";
import { useRuns } from "../../run/runs.ts";
import { useActiveCheck } from "../../state/check.ts";
import { useDocuments } from "../../state/documents.ts";

const none: readonly Diagnostic[] = [];

/** What the check of the document in front found, and what its last run failed at, errors first. */
export function useProblems(): readonly Diagnostic[] {
  const checked = useActiveCheck(({ diagnostics }) => diagnostics) ?? none;
  const activeId = useDocuments((state) => state.activeId);
  const run = useRuns(({ byDocument }) => (activeId === null ? undefined : byDocument[activeId]));
  return allProblems(checked, run);
}

/** Errors before warnings; a failure that the check tells too is told once. */
export function allProblems(checked: readonly Diagnostic[], run: DocumentRun | undefined): readonly Diagnostic[] {
  const known = new Set(checked.map(({ message }) => message));
  const failures = run?.state === "failed" ? failuresOf(run).filter(({ message }) => !known.has(message)) : [];
  const all = [...failures, ...checked];
  return [...all.filter(isError), ...all.filter((problem) => !isError(problem))];
}

function failuresOf({ message, nodes }: DocumentRun): Diagnostic[] {
  const whole = message === null ? [] : [{ severity: "error" as const, node: null, port: null, message }];
  const single = Object.entries(nodes)
    .filter(([, node]) => node.state === "error" && node.message !== null)
    .map(([id, node]) => ({ severity: "error" as const, node: id, port: node.port, message: node.message ?? "" }));
  return [...whole, ...single];
}

export function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}
