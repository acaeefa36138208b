import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { showToast } from "../ui/toasts.ts";
import { call } from "./bridge.ts";
import { type DocumentState, isDirty, useDocuments } from "./documents.ts";

/** A change is on disk after this time and the time of writing: less than a second of work is ever at stake. */
const delayMs = 300;

interface Kept {
  /** Null for a draft of the session before. */
  readonly workflow: Workflow | null;
  readonly about: string;
}

/** Drafts that main has, by key of the tab. */
const drafts = new Map<string, Kept>();
let keptTabs = "";
let hasWarned = false;
let flushing: Promise<void> = Promise.resolve();
let isStale = false;
let isWaiting = false;
let isEnded = false;

/** Notes that main has a draft from the session before. */
export function noteDraft(key: string): void {
  drafts.set(key, { workflow: null, about: "" });
}

/**
 * Keeps every change of every document on disk beside its file, and which tabs are open. Returns a function that ends
 * it.
 */
export function watchForCrashes(): () => void {
  isEnded = false;
  void keepSoon();
  return useDocuments.subscribe(() => void keepSoon());
}

/** Writes what is still to be written before the window closes; `discarded` are documents whose changes may go. */
export async function endSession(discarded: ReadonlySet<string>): Promise<void> {
  isEnded = true;
  flushing = flushing.then(() => flush(discarded));
  await flushing;
}

/** Writes at once: after a save the older draft would speak of a conflict with what the person saved. */
export async function keepNow(): Promise<void> {
  if (!isEnded) flushing = flushing.then(() => flush(new Set()));
  await flushing;
}

async function keepSoon(): Promise<void> {
  isStale = true;
  if (isWaiting) return;
  isWaiting = true;
  while (isStale) {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    isStale = false;
    if (isEnded) break;
    flushing = flushing.then(() => flush(new Set()));
    await flushing;
  }
  isWaiting = false;
}

/** Tells main what changed since it was told last. Never rejects: what failed is tried again with the next change. */
async function flush(discarded: ReadonlySet<string>): Promise<void> {
  const { documents, activeId } = useDocuments.getState();
  const needDraft = documents.filter((one) => (one.handle === null || isDirty(one)) && !discarded.has(one.id));
  const needed = new Set(needDraft.map(({ key }) => key));
  const results = await Promise.allSettled([
    ...needDraft.map(keepDraft),
    ...[...drafts.keys()].filter((key) => !needed.has(key)).map(dropDraft),
    keepTabs(
      documents.filter((one) => one.handle !== null || needed.has(one.key)),
      activeId,
    ),
  ]);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined && !hasWarned) warn(failed.reason);
  hasWarned = failed !== undefined;
}

async function keepDraft(document: DocumentState): Promise<void> {
  const { key, root: workflow, handle, name } = document;
  const about = JSON.stringify([handle, name, isDirty(document)]);
  const kept = drafts.get(key);
  if (kept?.workflow === workflow && kept.about === about) return;
  await call("draft.keep", { key, name, handle, text: serializeWorkflow(workflow), isDirty: isDirty(document) });
  drafts.set(key, { workflow, about });
}

async function dropDraft(key: string): Promise<void> {
  await call("draft.drop", { key });
  drafts.delete(key);
}

async function keepTabs(documents: readonly DocumentState[], activeId: string | null): Promise<void> {
  const tabs = documents.map(({ key, name, handle }) => ({ key, name, handle }));
  const active = documents.find(({ id }) => id === activeId)?.key ?? null;
  const text = JSON.stringify([tabs, active]);
  if (text === keptTabs) return;
  await call("session.keep", { tabs, active });
  keptTabs = text;
}

function warn(reason: unknown): void {
  const cause = reason instanceof Error ? reason.message : String(reason);
  showToast({ kind: "error", text: `Changes are not safe from a crash until you save. ${cause}` });
}
