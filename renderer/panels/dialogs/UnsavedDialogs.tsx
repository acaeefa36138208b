import { useEffect } from "react";
import { on } from "../../state/bridge.ts";
import { useDocuments } from "../../state/documents.ts";
import { setCloser, useShell } from "../../state/shell.ts";
import { answerUnsaved, closeTab, closeWindow } from "./closeTab.ts";
import { UnsavedDialog } from "./UnsavedDialog.tsx";

/** Asks about unsaved changes when a tab or the window closes. */
export function UnsavedDialogs() {
  useEffect(() => {
    setCloser((id) => void closeTab(id));
    return on("window.closing", () => void closeWindow());
  }, []);
  const closing = useShell((state) => state.closing);
  const name = useDocuments(({ documents }) => documents.find(({ id }) => id === closing)?.name);
  return closing === null ? null : <UnsavedDialog name={name ?? "Untitled"} onAnswer={answerUnsaved} />;
}
