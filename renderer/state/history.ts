import type { Patch } from "immer";
import type { Workflow } from "../../shared/workflow/workflow.ts";

/** One step of undo: what a person did, forth and back. */
export interface Entry {
  readonly label: string;
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
  /** Changes of one gesture have one key and make one step. */
  readonly merge: string | null;
  /** The document before it. */
  readonly before: Workflow;
  /** The subgraph that was open. */
  readonly inside: readonly string[];
}

export const maxUndo = 10_000;

/** The steps with one more, which may join the last. */
export function recorded(undo: readonly Entry[], entry: Entry, workflow: Workflow): Entry[] {
  const last = undo[undo.length - 1];
  if (entry.merge === null || last?.merge !== entry.merge) return [...undo, entry].slice(-maxUndo);
  // A gesture that came back to where it began is no step.
  if (sameContent(workflow, last.before)) return undo.slice(0, -1);
  return [...undo.slice(0, -1), joined(last, entry)];
}

/** Two changes of one gesture as one. Of values that are replaced again and again, only the first and last matter. */
function joined(first: Entry, second: Entry): Entry {
  const isSamePlace = (patch: Patch, index: number) =>
    patch.op === "replace" &&
    first.patches[index]?.op === "replace" &&
    patch.path.join("/") === first.patches[index].path.join("/");
  const isAgain = first.patches.length === second.patches.length && second.patches.every(isSamePlace);
  const patches = isAgain ? second.patches : [...first.patches, ...second.patches];
  const inverse = isAgain ? first.inverse : [...second.inverse, ...first.inverse];
  return { ...second, patches, inverse, before: first.before };
}

/** Deep equality of documents; unchanged parts are the same objects, so it is quick. */
export function sameContent(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameContent(left[key], right[key]))
  );
}
