import { useState } from "react";
import { activeDocument } from "../../state/documents.ts";
import { attempt } from "../../state/files.ts";
import { askTemplateName, renameTemplate, saveTemplate, useTemplates } from "../../state/templates.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import styles from "./dialogs.module.css";

/** Asks what a template of the person's own is called, or shall be called from now on. */
export function TemplateDialog() {
  const naming = useTemplates((state) => state.naming);
  if (naming === null) return null;
  if (naming !== "new") {
    const rename = (name: string) => attempt(() => renameTemplate(naming, name));
    return <NameForm title={`Rename “${naming.name}”`} verb="Rename" start={naming.name} onName={rename} />;
  }
  return (
    <NameForm
      title="Save as template"
      verb="Save template"
      verbIfTaken="Replace template"
      start={activeDocument()?.name ?? ""}
      about="It appears among your templates, with a picture of the last results."
      onName={(name) => attempt(() => saveTemplate(name))}
    />
  );
}

interface NameFormProps {
  readonly title: string;
  readonly verb: string;
  /** What is offered for a name that another template has; without it such a name is refused. */
  readonly verbIfTaken?: string;
  readonly start: string;
  readonly about?: string;
  readonly onName: (name: string) => Promise<unknown>;
}

function NameForm({ title, verb, verbIfTaken, start, about, onName }: NameFormProps) {
  const [text, setText] = useState(start);
  const name = text.trim();
  const isTaken = useTemplates(({ list }) => list?.some((one) => one.isOwn && one.name === name) ?? false);
  const isRefused = isTaken && verbIfTaken === undefined && name !== start;
  const canSave = name !== "" && !isRefused;
  const close = () => askTemplateName(null);
  const save = () => {
    close();
    void onName(name);
  };
  return (
    <Dialog
      title={title}
      open
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" disabled={!canSave} onClick={save}>
            {isTaken ? (verbIfTaken ?? verb) : verb}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (canSave) save();
        }}
      >
        <label className={styles.field}>
          Name
          <input value={text} onChange={(event) => setText(event.target.value)} data-testid="template-name" />
        </label>
      </form>
      {isRefused ? <p role="alert">Another of your templates has this name.</p> : about}
    </Dialog>
  );
}
