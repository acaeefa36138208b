import type { Draft } from "immer";
import { create } from "zustand";
import {
  type Download,
  type LibraryChange,
  type LibraryEntry,
  type LibraryFolder,
  type ScanProgress,
  useOf as useOfModel,
} from "../../shared/library.ts";
import type { Point, Workflow } from "../../shared/workflow/workflow.ts";
import { call, on } from "./bridge.ts";
import { activeDocument, edit } from "./documents.ts";
import { addingOf, addNode } from "./edits.ts";
import { withNote } from "./missingModels.ts";

/** Type under which the list of models hands over the id of the one that is dragged out of it. */
export const modelMime = "application/x-fairlead-model";

interface Library {
  /** False until main answered once. */
  readonly isLoaded: boolean;
  readonly folders: readonly LibraryFolder[];
  readonly entries: readonly LibraryEntry[];
  readonly scan: ScanProgress;
  readonly downloads: readonly Download[];
}

export const useLibrary = create<Library>(() => ({
  isLoaded: false,
  folders: [],
  entries: [],
  scan: null,
  downloads: [],
}));

/** Reads the library; news arrive by themselves from then on. */
export async function loadLibrary(): Promise<void> {
  useLibrary.setState({ ...(await call("library.get", {})), isLoaded: true });
}

/** Asks for a folder and shows what the library knows of it. */
export async function addFolder(): Promise<void> {
  await call("library.addFolder", {});
  await loadLibrary();
}

/** Keeps the state up to date. Returns a function that ends it. */
export function watchLibrary(): () => void {
  return on("library.changed", (change) => useLibrary.setState((state) => withChange(state, change)));
}

/** The state after a change. */
function withChange<S extends Pick<Library, "entries">>(state: S, change: LibraryChange): S {
  const { entries, gone, ...fields } = change;
  if (entries === undefined && gone === undefined) return { ...state, ...fields };
  const byId = new Map(state.entries.map((entry) => [entry.id, entry]));
  for (const entry of entries ?? []) byId.set(entry.id, entry);
  for (const id of gone ?? []) byId.delete(id);
  return { ...state, ...fields, entries: [...byId.values()] };
}

/** Adds the node that opens a model, with its path. Does nothing for one that no node opens. */
export async function addModel(entry: LibraryEntry, at: Point): Promise<void> {
  const use = useOfModel(entry);
  if (use === null) return;
  const { path } = await call("library.path", { id: entry.id, document: activeDocument()?.handle ?? null });
  const id = addNode(use.type, at, { [use.param]: path });
  const note = (document: Draft<Workflow>) =>
    void Object.assign(document, { models: withNote(document as Workflow, entry) });
  edit("Note the model", (_graph, document) => note(document), { merge: addingOf(id) });
}
