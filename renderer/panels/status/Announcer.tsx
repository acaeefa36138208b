import { useEffect, useState } from "react";
import { titleOf } from "../../canvas/project.ts";
import { useRuns } from "../../run/runs.ts";
import { catalogByType } from "../../state/catalog.ts";
import { activeDocument, type DocumentState, useDocuments } from "../../state/documents.ts";
import { tellOfEdit, tellOfRun } from "./announcements.ts";

/** Says aloud, through assistive programs, what edits, undo and runs did. */
export function Announcer() {
  const [text, setText] = useState("");
  useEffect(() => {
    // The same words again are said again: a blank at the end makes them new.
    const tell = (words: string | null) => {
      if (words !== null) setText((before) => (before === words ? `${words}\u00a0` : words));
    };
    const endEdits = useDocuments.subscribe((now, past) => {
      const after = now.documents.find(({ id }) => id === now.activeId);
      const before = past.documents.find(({ id }) => id === now.activeId);
      if (after !== undefined && before !== undefined) tell(tellOfEdit(before, after, nameIn(after)));
    });
    const endRuns = useRuns.subscribe(({ byDocument }, past) => {
      const document = activeDocument();
      const after = byDocument[document?.id ?? ""];
      if (document !== undefined && after !== undefined)
        tell(tellOfRun(past.byDocument[document.id], after, nameIn(document)));
    });
    return () => {
      endEdits();
      endRuns();
    };
  }, []);
  return (
    <p className="hidden-text" role="status" data-testid="announcer">
      {text}
    </p>
  );
}

function nameIn({ workflow }: DocumentState): (id: string) => string {
  return (id) => {
    const node = workflow.nodes.find((one) => one.id === id);
    return node === undefined ? id : titleOf(node, catalogByType);
  };
}
