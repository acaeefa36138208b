import { Dialog } from "radix-ui";
import { useRef } from "react";
import styles from "./dialogs.module.css";

export type UnsavedAnswer = "save" | "discard" | "cancel";

interface UnsavedDialogProps {
  /** Name of the document that is about to close. */
  readonly name: string;
  readonly onAnswer: (answer: UnsavedAnswer) => void;
}

/** Asks what happens to changes before a document closes. Escape and a click outside mean Cancel. */
export function UnsavedDialog({ name, onAnswer }: UnsavedDialogProps) {
  const save = useRef<HTMLButtonElement>(null);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onAnswer("cancel")}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.scrim} />
        <Dialog.Content
          className={styles.dialog}
          data-testid="unsaved"
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            save.current?.focus();
          }}
        >
          <Dialog.Title className={styles.title}>Save changes to “{name}”?</Dialog.Title>
          <Dialog.Description className={styles.text}>
            Changes since the last save are lost otherwise.
          </Dialog.Description>
          <div className={styles.buttons}>
            <button type="button" className={styles.button} onClick={() => onAnswer("discard")}>
              Do not save
            </button>
            <span />
            <button type="button" className={styles.button} onClick={() => onAnswer("cancel")}>
              Cancel
            </button>
            <button ref={save} type="button" className={styles.primary} onClick={() => onAnswer("save")}>
              Save
            </button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
