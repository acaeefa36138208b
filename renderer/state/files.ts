import type { RecentFile } from "../../shared/contract.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import { showToast } from "../ui/toasts.ts";
import { keepNow } from "./autosave.ts";
import { ContractFailure, call } from "./bridge.ts";
import { settleWithDisk } from "./diskChanges.ts";
import { activeDocument, type DocumentState, markSaved, openDocument, useDocuments } from "./documents.ts";

/** Runs something that main does and shows its sentence if it fails. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    showToast({ kind: "error", text: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

export async function openWithDialog(): Promise<void> {
  await attempt(async () => {
    const opened = await call("document.open", {});
    if (opened) openDocument(opened);
  });
}

export async function openRecent(handle: string): Promise<void> {
  await attempt(async () => openDocument(await call("document.openRecent", { handle })));
}

/** Saves a document to its file, or asks for one. False if the person cancelled or it failed. */
export async function saveDocument(document: DocumentState, asNew = false): Promise<boolean> {
  const { root: workflow } = document;
  const text = serializeWorkflow(workflow);
  const file = await attempt(async () => {
    if (document.handle !== null && !asNew) return saveTo(document.handle, document.id, text);
    return call("document.saveAs", { suggestedName: document.name, text });
  });
  if (!file) return false;
  markSaved(document.id, workflow, file);
  await keepNow();
  return true;
}

/** Writes to a document's file; asks first if another program wrote there. Null if the person thinks better of it. */
async function saveTo(handle: string, id: string, text: string): Promise<RecentFile | null> {
  try {
    return await call("document.save", { handle, text });
  } catch (error) {
    if (!(error instanceof ContractFailure) || error.error.code !== "changed") throw error;
    return (await settleWithDisk(id)) === "mine" ? saveTo(handle, id, text) : null;
  }
}

export async function saveActive(asNew = false): Promise<boolean> {
  const active = activeDocument();
  return active ? saveDocument(active, asNew) : false;
}

/** A document by id. */
export function documentById(id: string): DocumentState | undefined {
  return useDocuments.getState().documents.find((one) => one.id === id);
}

/** Opens what was dropped: a workflow or a picture that carries one. False for a picture without. */
export async function openDropped(handle: string): Promise<boolean> {
  try {
    openDocument(await call("document.openDropped", { handle }));
    return true;
  } catch (error) {
    if (error instanceof ContractFailure && error.error.code === "not-found") return false;
    showToast({ kind: "error", text: error instanceof Error ? error.message : String(error) });
    return true;
  }
}
