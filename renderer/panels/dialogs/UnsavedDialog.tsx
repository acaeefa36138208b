import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";

export type UnsavedAnswer = "save" | "discard" | "cancel";

interface UnsavedDialogProps {
  /** Name of the document that is about to close. */
  readonly name: string;
  readonly onAnswer: (answer: UnsavedAnswer) => void;
}

/** Asks what happens to changes before a document closes. Escape and a press beside it mean Cancel. */
export function UnsavedDialog({ name, onAnswer }: UnsavedDialogProps) {
  return (
    <Dialog
      title={`Save changes to “${name}”?`}
      open
      onClose={() => onAnswer("cancel")}
      actions={
        <>
          <Button data-first onClick={() => onAnswer("discard")}>
            Do not save
          </Button>
          <Button onClick={() => onAnswer("cancel")}>Cancel</Button>
          <Button kind="primary" ref={focusLater} onClick={() => onAnswer("save")}>
            Save
          </Button>
        </>
      }
    >
      Changes since the last save are lost otherwise.
    </Dialog>
  );
}

/** The dialog focuses its first button when it opens; saving is the one that a blind Enter should reach. */
function focusLater(button: HTMLButtonElement | null): void {
  if (button !== null) requestAnimationFrame(() => button.focus());
}
