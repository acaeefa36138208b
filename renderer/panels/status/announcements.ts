import { formatSeconds } from "../../controls/format.ts";
import type { DocumentRun } from "../../run/runs.ts";
import type { DocumentState } from "../../state/documents.ts";

type TitleOf = (node: string) => string;

/** What a person who does not see the window has to hear of a change of a document; null if nothing. */
export function tellOfEdit(before: DocumentState, after: DocumentState, titleOf: TitleOf): string | null {
  const grown = after.undo.length - before.undo.length;
  const label = (steps: DocumentState["undo"], count: number) =>
    count === 1 ? (steps.at(-1)?.label ?? "") : `${count} steps`;
  if (grown < 0 && after.redo.length > before.redo.length) return `Undone: ${label(after.redo, -grown)}`;
  if (grown > 0 && after.redo.length < before.redo.length && before.redo.length >= grown && isRedo(before, after))
    return `Redone: ${label(after.undo, grown)}`;
  if (grown <= 0) return null;
  const done = after.undo.at(-1)?.label ?? null;
  const link = after.workflow.edges.at(-1);
  const isLink = done === "Connect" && link !== undefined;
  return isLink ? `Connected ${titleOf(link.from[0])} to ${titleOf(link.to[0])}` : done;
}

/** A new step after an undo drops what could be redone; a step that is redone was there before. */
function isRedo(before: DocumentState, after: DocumentState): boolean {
  return after.undo.at(-1)?.patches === before.redo.at(before.undo.length - after.undo.length)?.patches;
}

/** What to hear of a run: that it began, and how it ended. */
export function tellOfRun(before: DocumentRun | undefined, after: DocumentRun, titleOf: TitleOf): string | null {
  if (before?.job === after.job && before.state === after.state) return null;
  const run = `Run ${after.number}`;
  switch (after.state) {
    case "running":
      return `${run} started`;
    case "stopped":
      return `${run} stopped`;
    case "done":
      return after.done === null
        ? `${run} finished`
        : `${run} finished in ${formatSeconds((after.done.wallMs + after.done.loadMs) / 1000)}`;
    case "failed": {
      const [id, node] = Object.entries(after.nodes).find(([, { state }]) => state === "error") ?? [];
      const where = id === undefined ? "" : ` at ${titleOf(id)}`;
      return `${run} failed${where}: ${node?.message ?? after.message ?? "no reason was given"}`;
    }
  }
}
