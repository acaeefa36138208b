import { useState } from "react";
import { type DownloadRequest, type LibraryFolder, type ModelKind, modelKinds } from "../../../shared/library.ts";
import { call } from "../../state/bridge.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import dialogs from "../dialogs/dialogs.module.css";
import downloads from "./downloads.module.css";
import { kindLooks } from "./modelLooks.ts";
import styles from "./models.module.css";

interface DownloadDialogProps {
  readonly folders: readonly LibraryFolder[];
  readonly onClose: () => void;
}

/** Asks for the address of a file and where it goes. */
export function DownloadDialog({ folders, onClose }: DownloadDialogProps) {
  const [request, setRequest] = useState<DownloadRequest>({
    url: "",
    folder: folders[0]?.path ?? "",
    kind: "checkpoint",
    name: "",
    sha256: "",
  });
  const [problem, setProblem] = useState<string | null>(null);
  const change = (part: Partial<DownloadRequest>) => setRequest({ ...request, ...part });
  const start = async () => {
    try {
      await call("download.start", request);
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const isReady = request.url.trim() !== "";
  return (
    <Dialog
      title="Download a model"
      open
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!isReady} onClick={() => void start()} data-testid="start-download">
            Download
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void start();
        }}
      >
        <TextLine
          label="Address"
          value={request.url}
          placeholder="https://…/model.safetensors"
          onChange={(url) => change({ url })}
        />
        <div className={downloads.pair}>
          <label className={dialogs.field}>
            Kind
            <select value={request.kind} onChange={(event) => change({ kind: event.target.value as ModelKind })}>
              {modelKinds.map((kind) => (
                <option key={kind} value={kind}>
                  {kindLooks[kind].one}
                </option>
              ))}
            </select>
          </label>
          <label className={dialogs.field}>
            Folder
            <select value={request.folder} onChange={(event) => change({ folder: event.target.value })}>
              {folders.map(({ path }) => (
                <option key={path}>{path}</option>
              ))}
            </select>
          </label>
        </div>
        <TextLine
          label="File name"
          value={request.name}
          placeholder="as the server names it"
          onChange={(name) => change({ name })}
        />
        <TextLine
          label="SHA-256"
          value={request.sha256}
          placeholder="to be checked, if you know it"
          onChange={(sha256) => change({ sha256 })}
        />
        <button type="submit" hidden />
      </form>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

interface TextLineProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly onChange: (value: string) => void;
}

function TextLine({ label, value, placeholder, onChange }: TextLineProps) {
  return (
    <label className={dialogs.field}>
      {label}
      <input
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
