import { create } from "zustand";
import { showToast } from "../ui/toasts.ts";
import { call, on } from "./bridge.ts";
import { type DocumentState, isDirty, markUnsaved, reloadDocument, useDocuments } from "./documents.ts";

/** What happens to a document whose file another program changed: its own version wins, the file's, or nothing yet. */
export type DiskAnswer = "mine" | "reload" | "later";

interface Asking {
  /** Id of the document that the question is about. */
  readonly id: string | null;
}

export const useDiskQuestion = create<Asking>(() => ({ id: null }));

let settle: ((answer: DiskAnswer) => void) | null = null;
let last: Promise<unknown> = Promise.resolve();

/** Answers the question that is open. */
export function answerDisk(answer: DiskAnswer): void {
  settle?.(answer);
}

/** Asks what happens to a document and does it; one question at a time. */
export function settleWithDisk(id: string): Promise<DiskAnswer> {
  const turn = last.then(async () => {
    const document = documentWhere((one) => one.id === id);
    if (document?.handle == null) return "later";
    const answer = await ask(id);
    if (answer === "mine") await keepMine(id, document.handle);
    if (answer === "reload") await reload(id, document.handle);
    return answer;
  });
  last = turn.catch(() => {});
  return turn;
}

async function ask(id: string): Promise<DiskAnswer> {
  useDiskQuestion.setState({ id });
  const answer = await new Promise<DiskAnswer>((resolve) => {
    settle = resolve;
  });
  settle = null;
  useDiskQuestion.setState({ id: null });
  return answer;
}

async function keepMine(id: string, handle: string): Promise<void> {
  await call("document.keepMine", { handle });
  markUnsaved(id);
}

async function reload(id: string, handle: string): Promise<void> {
  reloadDocument(id, (await call("document.openRecent", { handle })).text);
}

/** Notices files that other programs change. Returns a function that ends it. */
export function watchDisk(): () => void {
  return on("document.changed", ({ handle, isGone }) => {
    const document = documentWhere((one) => one.handle === handle);
    if (document === undefined || useDiskQuestion.getState().id === document.id) return;
    void follow(document, handle, isGone).catch((error: Error) => showToast({ kind: "error", text: error.message }));
  });
}

async function follow(document: DocumentState, handle: string, isGone: boolean): Promise<void> {
  const { id, name, path } = document;
  if (isGone) {
    markUnsaved(id);
    showToast({ kind: "error", text: `“${name}” is no longer at ${path}. Save writes it there again.` });
  } else if (isDirty(document)) {
    await settleWithDisk(id);
  } else {
    await reload(id, handle);
    showToast({
      kind: "info",
      text: `“${name}” changed on disk and was read again. Undo brings the old version back.`,
    });
  }
}

function documentWhere(is: (document: DocumentState) => boolean): DocumentState | undefined {
  return useDocuments.getState().documents.find(is);
}
