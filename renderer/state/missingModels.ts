import { type LibraryEntry, useOf as useOfModel } from "../../shared/library.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { lastPart } from "./lastPart.ts";

/** What a document notes of a model that it names, so that it can be found on another machine; never where it lies. */
interface ModelNote {
  readonly name: string;
  readonly bytes: number;
  readonly sha256?: string;
}

/** Notes of a document's `models` field; what does not fit is no note. */
function notesOf({ models }: Workflow): readonly Partial<ModelNote>[] {
  return Array.isArray(models) ? models.filter((note) => typeof note === "object" && note !== null) : [];
}

/** The notes with one for a model that was added. */
export function withNote(workflow: Workflow, { name, bytes, sha256 }: LibraryEntry): readonly Partial<ModelNote>[] {
  const others = notesOf(workflow).filter((note) => note.name !== name);
  return [...others, { name, bytes, ...(sha256 !== null && { sha256 }) }];
}

/**
 * The model of the library that a path of a document means: one of the same hash, if the document notes it, else one of
 * the same file name. Null if there is none that the node type opens, or the path is its own.
 */
export function findMissing(
  workflow: Workflow,
  type: string,
  path: string,
  library: readonly LibraryEntry[],
): LibraryEntry | null {
  const name = lastPart(path);
  if (name === "") return null;
  const hash = notesOf(workflow).find((note) => note.name === name)?.sha256;
  const fitting = library.filter((entry) => useOfModel(entry)?.type === type && entry.path !== path);
  const sameHash = fitting.find(({ sha256 }) => hash !== undefined && sha256 === hash);
  return sameHash ?? fitting.find((entry) => entry.name.toLowerCase() === name.toLowerCase()) ?? null;
}
