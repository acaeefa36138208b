import { applyPatches, type Draft, enablePatches, type Patch, produceWithPatches } from "immer";
import { create } from "zustand";
import type { OpenedDocument } from "../../shared/contract.ts";
import type { RestoredTab } from "../../shared/session.ts";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import { emptyWorkflow, type Graph, type Workflow } from "../../shared/workflow/workflow.ts";
import { type Entry, maxUndo, recorded, sameContent } from "./history.ts";
import { graphInside, insideOf, subgraphInside } from "./inside.ts";

enablePatches();

export interface DocumentState {
  readonly id: string;
  /** Name of the tab that outlives the program. */
  readonly key: string;
  /** Main's name for the file; null for a document that was never saved. */
  readonly handle: string | null;
  readonly name: string;
  readonly path: string | null;
  /** The document: what is saved, checked and run. */
  readonly root: Workflow;
  /** The instances that were entered, from the outermost; none at the top. */
  readonly inside: readonly string[];
  /** The document as its open subgraph shows it: nodes, links and frames are those inside. */
  readonly workflow: Workflow;
  /** The document as it is on disk: another one means unsaved changes. */
  readonly saved: Workflow | null;
  readonly undo: readonly Entry[];
  readonly redo: readonly Entry[];
  /** Ids of selected nodes; never part of the history. */
  readonly selection: readonly string[];
  /** Index of the selected link, or null. */
  readonly selectedEdge: number | null;
}

interface Documents {
  readonly documents: readonly DocumentState[];
  readonly activeId: string | null;
}

export const useDocuments = create<Documents>(() => ({ documents: [], activeId: null }));

let count = 0;

function fresh(workflow: Workflow, rest: Partial<DocumentState>): DocumentState {
  count += 1;
  const key = crypto.randomUUID();
  const base = {
    id: `document-${count}`,
    key,
    handle: null,
    name: workflow.name ?? "Untitled",
    path: null,
    saved: null,
  };
  const open = { root: workflow, inside: [], workflow };
  return { ...base, ...open, undo: [], redo: [], selection: [], selectedEdge: null, ...rest };
}

/** The document in front. */
export function activeDocument(): DocumentState | undefined {
  const { documents, activeId } = useDocuments.getState();
  return documents.find((one) => one.id === activeId);
}

/** A part of the document in front, for components; undefined without one. */
export function useActive<T>(select: (document: DocumentState) => T): T | undefined {
  return useDocuments(({ documents, activeId }) => {
    const active = documents.find((one) => one.id === activeId);
    return active ? select(active) : undefined;
  });
}

export function isDirty(document: DocumentState): boolean {
  return document.root !== document.saved;
}

/** Opens a document in a tab of its own; the same file again only comes to the front. Throws a sentence for damaged text. */
export function openDocument(opened: OpenedDocument): string {
  const { documents } = useDocuments.getState();
  const known = opened.handle === null ? undefined : documents.find((one) => one.handle === opened.handle);
  if (known) {
    activate(known.id);
    return known.id;
  }
  const workflow = parsedWorkflow(opened.text);
  const isFile = opened.handle !== null && !opened.fromPicture;
  // A picture's workflow and an example are documents that were never saved, but nothing is lost when they are closed.
  return add(
    fresh(workflow, {
      handle: isFile ? opened.handle : null,
      name: workflow.name ?? opened.name,
      path: isFile ? opened.path : null,
      saved: workflow,
    }),
  );
}

/** Brings a tab of the last session back: as it is on disk, and with edits that were never saved as one step. */
export function restoreDocument(tab: RestoredTab): string {
  const { key, name, handle, path, text, draft } = tab;
  const saved = text === null ? null : parsedWorkflow(text);
  const edited = draft === null ? saved : parsedWorkflow(draft.text);
  if (edited === null) throw new Error(tab.problem ?? `“${name}” cannot be restored.`);
  const isClean = draft?.isDirty === false;
  const id = add(fresh(saved ?? edited, { key, name, handle, path, saved: isClean ? edited : saved }));
  if (saved !== null && draft !== null) replaceWorkflow(id, "Restore unsaved changes", edited);
  return id;
}

function parsedWorkflow(text: string): Workflow {
  const parsed = parseWorkflow(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.workflow;
}

/** Puts another content into a document, as one step that can be taken back. */
function replaceWorkflow(id: string, label: string, workflow: Workflow): void {
  update(id, (one) => {
    const patch = (value: Workflow): Patch[] => [{ op: "replace", path: [], value }];
    const { root, inside } = one;
    const entry = { label, patches: patch(workflow), inverse: patch(root), merge: null, before: root, inside };
    return { ...rested(one, workflow, inside), undo: [...one.undo, entry].slice(-maxUndo), redo: [] };
  });
}

/** Takes over what another program wrote to a document's file; what was in the tab can be brought back by undo. */
export function reloadDocument(id: string, text: string): void {
  const workflow = parsedWorkflow(text);
  update(id, () => ({ saved: workflow }));
  replaceWorkflow(id, "Reload from disk", workflow);
}

/** Notes that a document is on disk no more, or not as it is here: it counts as changed until it is saved. */
export function markUnsaved(id: string): void {
  update(id, () => ({ saved: null }));
}

/** Opens an empty document. */
export function newDocument(): string {
  const taken = new Set(useDocuments.getState().documents.map((one) => one.name));
  let number = 1;
  while (taken.has(`Untitled ${number}`)) number += 1;
  const workflow = emptyWorkflow(`Untitled ${number}`);
  return add(fresh(workflow, { saved: workflow }));
}

function add(document: DocumentState): string {
  useDocuments.setState(({ documents }) => ({ documents: [...documents, document], activeId: document.id }));
  return document.id;
}

export function activate(id: string): void {
  useDocuments.setState({ activeId: id });
}

/** Closes a tab without asking; the neighbour comes to the front. */
export function closeDocument(id: string): void {
  useDocuments.setState(({ documents, activeId }) => {
    const index = documents.findIndex((one) => one.id === id);
    const left = documents.filter((one) => one.id !== id);
    const next = activeId === id ? (left[Math.min(index, left.length - 1)]?.id ?? null) : activeId;
    return { documents: left, activeId: next };
  });
}

function update(id: string, change: (document: DocumentState) => Partial<DocumentState>): void {
  useDocuments.setState(({ documents }) => ({
    documents: documents.map((one) => (one.id === id ? shown(one, change(one)) : one)),
  }));
}

/** A document after a change, with the graph that is open in it. */
function shown(before: DocumentState, change: Partial<DocumentState>): DocumentState {
  const after = { ...before, ...change };
  if (after.root === before.root && after.inside === before.inside) return after;
  return { ...after, workflow: graphInside(after.root, after.inside) };
}

/** Notes that a document was written as it was then. */
export function markSaved(id: string, workflow: Workflow, file: { handle: string; name: string; path: string }): void {
  update(id, () => ({ saved: workflow, handle: file.handle, name: file.name, path: file.path }));
}

export interface EditOptions {
  /** Joins with the step before if that has the same key: typing in one field, one drag. */
  readonly merge?: string;
}

/**
 * Changes the document in front, of which the recipe gets the open graph, and the whole. One call is one step of undo.
 */
export function edit(
  label: string,
  recipe: (graph: Draft<Graph>, document: Draft<Workflow>) => void,
  options: EditOptions = {},
): void {
  const active = activeDocument();
  if (!active) return;
  const { root: before, inside } = active;
  const id = subgraphInside(before, inside)?.id;
  const [root, patches, inverse] = produceWithPatches(before, (draft) => {
    recipe(draft.subgraphs?.find((one) => one.id === id) ?? draft, draft);
  });
  if (sameContent(root, before)) return;
  const entry = { label, patches, inverse, merge: options.merge ?? null, before, inside };
  update(active.id, ({ undo }) => ({
    root,
    inside: insideOf(root, inside),
    undo: recorded(undo, entry, root),
    redo: [],
  }));
}

/** Takes back the last step. */
export function undo(): void {
  const active = activeDocument();
  const entry = active?.undo[active.undo.length - 1];
  if (!active || !entry) return;
  const root = applyPatches(active.root, entry.inverse);
  update(active.id, (one) => ({
    ...rested(one, root, entry.inside),
    undo: one.undo.slice(0, -1),
    redo: [...one.redo, entry],
  }));
}

/** Does the last undone step again. */
export function redo(): void {
  const active = activeDocument();
  const entry = active?.redo[active.redo.length - 1];
  if (!active || !entry) return;
  const root = applyPatches(active.root, entry.patches);
  update(active.id, (one) => ({
    ...rested(one, root, entry.inside),
    undo: [...one.undo, { ...entry, merge: null }],
    redo: one.redo.slice(0, -1),
  }));
}

/**
 * Undoing back to what is on disk makes the document clean again, whatever object it is by then. The graph that the step
 * was made in comes into sight.
 */
function rested({ saved, selection }: DocumentState, next: Workflow, place: readonly string[]): Partial<DocumentState> {
  const root = saved !== null && sameContent(next, saved) ? saved : next;
  const inside = insideOf(root, place);
  const ids = new Set(graphInside(root, inside).nodes.map((node) => node.id));
  return { root, inside, selection: selection.filter((id) => ids.has(id)), selectedEdge: null };
}

/** Goes back or forth until `undoLength` steps can be taken back: a click in the history. */
export function travelTo(undoLength: number): void {
  for (let active = activeDocument(); active && active.undo.length !== undoLength; active = activeDocument()) {
    const before = active.undo.length;
    if (before > undoLength) undo();
    else redo();
    if (activeDocument()?.undo.length === before) return;
  }
}

/** Opens the graph inside instances, from the outermost; the top for none. */
export function openInside(inside: readonly string[]): void {
  const active = activeDocument();
  if (active) update(active.id, ({ root }) => ({ inside: insideOf(root, inside), selection: [], selectedEdge: null }));
}

export function select(ids: readonly string[]): void {
  const active = activeDocument();
  if (active) update(active.id, () => ({ selection: ids, selectedEdge: null }));
}

export function selectEdge(index: number | null): void {
  const active = activeDocument();
  if (active) update(active.id, () => ({ selection: [], selectedEdge: index }));
}
