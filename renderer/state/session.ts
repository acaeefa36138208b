import { create } from "zustand";
import type { RestoredTab } from "../../shared/session.ts";
import { showToast } from "../ui/toasts.ts";
import { noteDraft } from "./autosave.ts";
import { call } from "./bridge.ts";
import { activate, closeDocument, isDirty, restoreDocument, travelTo, useDocuments } from "./documents.ts";

/** A document that came back with changes that were never saved. */
export interface Recovered {
  readonly id: string;
  readonly name: string;
  readonly path: string | null;
  /** When the last change was kept, in milliseconds since 1970. */
  readonly time: number;
  /** Another program wrote the file after the changes began. */
  readonly isOutdated: boolean;
  /** There is a version on disk to go back to. */
  readonly hasFile: boolean;
}

/** Documents that the person has not been asked about yet. */
export const useRecovered = create<{ readonly documents: readonly Recovered[] }>(() => ({ documents: [] }));

/** Opens the tabs of the last session, with the changes that were not saved when it ended. */
export async function restoreSession(): Promise<void> {
  const { tabs, active } = await call("session.restore", {});
  const recovered = tabs.flatMap((tab) => restoreTab(tab) ?? []);
  const front = useDocuments.getState().documents.find(({ key }) => key === active);
  if (front !== undefined) activate(front.id);
  useRecovered.setState({ documents: recovered });
}

function restoreTab(tab: RestoredTab): Recovered | null {
  const { name, path, draft } = tab;
  try {
    const id = restoreDocument(tab);
    if (draft !== null) noteDraft(tab.key);
    const document = useDocuments.getState().documents.find((one) => one.id === id);
    if (draft === null || document === undefined || !isDirty(document)) return null;
    return { id, name, path, time: draft.time, isOutdated: draft.isOutdated, hasFile: tab.text !== null };
  } catch (error) {
    showToast({ kind: "error", text: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

/** Leaves the recovered changes in their tabs, to be saved or undone. */
export function keepRecovered(): void {
  useRecovered.setState({ documents: [] });
}

/** Goes back to what is on disk; documents that were never saved are closed. */
export function discardRecovered(): void {
  const { activeId } = useDocuments.getState();
  for (const { id, hasFile } of useRecovered.getState().documents) {
    if (!hasFile) {
      closeDocument(id);
      continue;
    }
    activate(id);
    travelTo(0);
  }
  if (useDocuments.getState().documents.some(({ id }) => id === activeId)) useDocuments.setState({ activeId });
  keepRecovered();
}
