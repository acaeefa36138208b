import { useState } from "react";
import { activeDocument } from "../../state/documents.ts";
import { attempt } from "../../state/files.ts";
import { askTemplateName, saveTemplate, useTemplates } from "../../state/templates.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import styles from "./dialogs.module.css";

/** Asks what a template of the person's own is called. */
export function TemplateDialog() {
  const isNaming = useTemplates((state) => state.isNaming);
  return isNaming ? <NameForm /> : null;
}

function NameForm() {
  const [name, setName] = useState(activeDocument()?.name ?? "");
  const taken = useTemplates(({ list }) => list?.some((one) => one.isOwn && one.name === name.trim()) ?? false);
  const close = () => askTemplateName(false);
  const save = () => {
    close();
    void attempt(() => saveTemplate(name.trim()));
  };
  return (
    <Dialog
      title="Save as template"
      open
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" disabled={name.trim() === ""} onClick={save}>
            {taken ? "Replace template" : "Save template"}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") save();
        }}
      >
        <label className={styles.field}>
          Name
          <input value={name} onChange={(event) => setName(event.target.value)} data-testid="template-name" />
        </label>
      </form>
      It appears among your templates, with a picture of the last results.
    </Dialog>
  );
}
