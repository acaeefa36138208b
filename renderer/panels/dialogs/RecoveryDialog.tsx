import { discardRecovered, keepRecovered, type Recovered, useRecovered } from "../../state/session.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import styles from "./dialogs.module.css";

/** After a crash: which changes are back, and the way back to what was saved. Escape keeps them. */
export function RecoveryDialog() {
  const documents = useRecovered((state) => state.documents);
  if (documents.length === 0) return null;
  return (
    <Dialog
      title="Unsaved changes were recovered"
      open
      onClose={keepRecovered}
      actions={
        <>
          <Button data-first onClick={discardRecovered}>
            Discard changes
          </Button>
          <Button kind="primary" ref={focusLater} onClick={keepRecovered}>
            Keep changes
          </Button>
        </>
      }
    >
      Fairlead ended before these workflows were saved. Keep the changes, or go back to what is on disk.
      <ul className={styles.list} data-testid="recovered">
        {documents.map((document) => (
          <li key={document.id}>
            <strong>{document.name}</strong>
            <span>{factsOf(document)}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function factsOf({ time, path, isOutdated, hasFile }: Recovered): string {
  const parts = [`Changed ${new Date(time).toLocaleString()}`];
  if (path === null) parts.push("never saved");
  else if (!hasFile) parts.push(`${path} is gone`);
  else if (isOutdated) parts.push("the file was changed by another program since");
  return parts.join(" · ");
}

/** The dialog focuses its first button when it opens; a blind Enter should lose nothing. */
function focusLater(button: HTMLButtonElement | null): void {
  if (button !== null) requestAnimationFrame(() => button.focus());
}
