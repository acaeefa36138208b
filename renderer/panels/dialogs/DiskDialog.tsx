import { answerDisk, useDiskQuestion } from "../../state/diskChanges.ts";
import { useDocuments } from "../../state/documents.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";

/** Another program wrote to the file of a document with changes: which version goes on. Escape decides nothing. */
export function DiskDialog() {
  const id = useDiskQuestion((state) => state.id);
  const document = useDocuments(({ documents }) => documents.find((one) => one.id === id));
  if (document === undefined) return null;
  return (
    <Dialog
      title={`“${document.name}” changed on disk`}
      open
      onClose={() => answerDisk("later")}
      actions={
        <>
          <Button data-first onClick={() => answerDisk("reload")}>
            Reload
          </Button>
          <Button onClick={() => answerDisk("later")}>Cancel</Button>
          <Button kind="primary" onClick={() => answerDisk("mine")}>
            Keep mine
          </Button>
        </>
      }
    >
      Another program wrote to {document.path} while you changed it here. Reload takes the version on disk; undo brings
      yours back. Keep mine lets the next save write over it; the other version stays beside it as a backup.
    </Dialog>
  );
}
