import { FolderPlus, X } from "lucide-react";
import type { LibraryFolder } from "../../../shared/library.ts";
import { call } from "../../state/bridge.ts";
import { attempt } from "../../state/files.ts";
import { addFolder } from "../../state/models.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import dialogs from "../dialogs/dialogs.module.css";
import styles from "./downloads.module.css";

interface FoldersDialogProps {
  readonly folders: readonly LibraryFolder[];
  readonly onClose: () => void;
}

/** Folders of the library: more, or fewer. */
export function FoldersDialog({ folders, onClose }: FoldersDialogProps) {
  const remove = (path: string) => void attempt(() => call("library.removeFolder", { path }));
  return (
    <Dialog
      title="Folders of models"
      open
      onClose={onClose}
      actions={
        <>
          <Button icon={FolderPlus} onClick={() => void attempt(addFolder)}>
            Add a folder
          </Button>
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      Models are read where they lie. Removing a folder here changes nothing on the disk.
      <ul className={dialogs.list}>
        {folders.map(({ path, layout, extra, problem }) => (
          <li key={path} className={styles.folder}>
            <div>
              <strong>{path}</strong>
              <span className={problem === null ? undefined : styles.bad}>
                {problem ?? aboutFolder(layout, extra.length)}
              </span>
            </div>
            <IconButton label={`Remove ${path}`} icon={X} size={14} onClick={() => remove(path)} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function aboutFolder(layout: LibraryFolder["layout"], extra: number): string {
  const own = layout === null ? "Folder with all that is in it" : `Folders of ${layout}`;
  return extra === 0 ? own : `${own}, and ${extra} of its extra_model_paths.yaml`;
}
