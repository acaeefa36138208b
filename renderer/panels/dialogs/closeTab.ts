import { endSession } from "../../state/autosave.ts";
import { call } from "../../state/bridge.ts";
import { activate, closeDocument, isDirty, useDocuments } from "../../state/documents.ts";
import { attempt, documentById, saveDocument } from "../../state/files.ts";
import { useShell } from "../../state/shell.ts";
import type { UnsavedAnswer } from "./UnsavedDialog.tsx";

let settle: ((answer: UnsavedAnswer) => void) | null = null;

/** Answers the question that is open. */
export function answerUnsaved(answer: UnsavedAnswer): void {
  settle?.(answer);
}

/** Closes a tab; asks first if changes would be lost. */
export async function closeTab(id: string): Promise<void> {
  if (await mayClose(id)) closeDocument(id);
}

/** Closes the window after asking about every document with changes; one Cancel keeps everything open. */
export async function closeWindow(): Promise<void> {
  const discarded = new Set<string>();
  for (const { id } of useDocuments.getState().documents) {
    if (!(await mayClose(id))) return;
    const document = documentById(id);
    if (document !== undefined && isDirty(document)) discarded.add(id);
  }
  await endSession(discarded);
  await attempt(() => call("window.control", { action: "close-now" }));
}

async function mayClose(id: string): Promise<boolean> {
  const document = documentById(id);
  if (document === undefined || !isDirty(document)) return true;
  // One question at a time: a second press on Close while it is open changes nothing.
  if (useShell.getState().closing !== null) return false;
  activate(id);
  const answer = await ask(id);
  const latest = documentById(id);
  if (answer === "save" && latest !== undefined) return saveDocument(latest);
  return answer === "discard";
}

async function ask(id: string): Promise<UnsavedAnswer> {
  useShell.setState({ closing: id });
  const answer = await new Promise<UnsavedAnswer>((resolve) => {
    settle = resolve;
  });
  settle = null;
  useShell.setState({ closing: null });
  return answer;
}
