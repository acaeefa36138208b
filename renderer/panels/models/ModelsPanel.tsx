import { Box, Download, FolderCog, FolderPlus, RefreshCw, Search, Square } from "lucide-react";
import { type DragEvent, useDeferredValue, useEffect, useMemo, useState } from "react";
import { type LibraryEntry, modelKinds, type ScanProgress } from "../../../shared/library.ts";
import { call } from "../../state/bridge.ts";
import { useView } from "../../state/canvasView.ts";
import { attempt } from "../../state/files.ts";
import { addFolder, addModel, loadLibrary, modelMime, useLibrary } from "../../state/models.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { EmptyState, Ring } from "../../ui/parts.tsx";
import rail from "../rail/rail.module.css";
import { DownloadDialog } from "./DownloadDialog.tsx";
import { DownloadList } from "./DownloadList.tsx";
import { FoldersDialog } from "./FoldersDialog.tsx";
import { basesOf, findModels, type Order, orders, type Wanted } from "./findModels.ts";
import { ModelDetails } from "./ModelDetails.tsx";
import { ModelList } from "./ModelList.tsx";
import { kindLooks } from "./modelLooks.ts";
import styles from "./models.module.css";

/** Models in the folders that the person named. */
export function ModelsPanel() {
  const { isLoaded, folders, entries, scan, downloads } = useLibrary();
  const [wanted, setWanted] = useState<Wanted>({ query: "", kind: null, base: null, order: "name" });
  const [selected, setSelected] = useState<string | null>(null);
  const [dialog, setDialog] = useState<"folders" | "download" | null>(null);
  useEffect(() => void attempt(loadLibrary), []);
  const late = useDeferredValue(wanted);
  const models = useMemo(() => findModels(entries, late), [entries, late]);
  const details = entries.find(({ id }) => id === selected);
  const add = (model: LibraryEntry) => void attempt(() => addModel(model, middle()));
  if (!isLoaded) return null;
  return (
    <>
      {folders.length === 0 ? <NoFolders /> : <Filters wanted={wanted} onWanted={setWanted} entries={entries} />}
      {folders.length > 0 && models.length > 0 && (
        <ModelList {...{ models, selected }} onSelect={setSelected} onAdd={add} onDragStart={startDrag} />
      )}
      {folders.length > 0 && models.length === 0 && scan === null && <NothingFits isEmpty={entries.length === 0} />}
      {folders.length > 0 && models.length === 0 && scan !== null && <div className={styles.list} />}
      {details !== undefined && <ModelDetails model={details} onAdd={add} onClose={() => setSelected(null)} />}
      <DownloadList downloads={downloads} />
      {folders.length > 0 && (
        <footer className={styles.footer}>
          <ScanLine scan={scan} shown={models.length} count={entries.length} />
          <IconButton
            label="Folders…"
            icon={FolderCog}
            size={14}
            side="top"
            onClick={() => setDialog("folders")}
            data-testid="library-folders"
          />
          <IconButton
            label="Download from an address…"
            icon={Download}
            size={14}
            side="top"
            onClick={() => setDialog("download")}
            data-testid="library-download"
          />
        </footer>
      )}
      {dialog === "folders" && <FoldersDialog folders={folders} onClose={() => setDialog(null)} />}
      {dialog === "download" && <DownloadDialog folders={folders} onClose={() => setDialog(null)} />}
    </>
  );
}

let added = 0;

/** The middle of the view; several in a row do not cover each other. */
function middle(): { x: number; y: number } {
  const { canvas } = useView.getState();
  const { x, y } = canvas?.toCanvas(canvas.centre()) ?? { x: 0, y: 0 };
  const shift = (added++ % 6) * 24;
  return { x: x - 104 + shift, y: y - 60 + shift };
}

function startDrag(event: DragEvent, { id }: LibraryEntry): void {
  event.dataTransfer.setData(modelMime, id);
  event.dataTransfer.effectAllowed = "copy";
}

interface FiltersProps {
  readonly wanted: Wanted;
  readonly onWanted: (wanted: Wanted) => void;
  readonly entries: readonly LibraryEntry[];
}

function Filters({ wanted, onWanted, entries }: FiltersProps) {
  const kinds = modelKinds.filter((kind) => entries.some((entry) => entry.kind === kind));
  const isAnyBad = entries.some(({ problem }) => problem !== null);
  return (
    <>
      <label className={rail.search}>
        <Search size={14} strokeWidth={2.1} aria-hidden />
        <input
          placeholder="Search models, words, hashes"
          aria-label="Search models"
          value={wanted.query}
          onChange={(event) => onWanted({ ...wanted, query: event.target.value })}
          onKeyDown={(event) => event.key === "Escape" && onWanted({ ...wanted, query: "" })}
        />
      </label>
      <div className={styles.filters}>
        <select
          aria-label="Kind"
          value={wanted.kind ?? ""}
          onChange={(event) => onWanted({ ...wanted, kind: (event.target.value || null) as Wanted["kind"] })}
        >
          <option value="">All kinds</option>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {kindLooks[kind].many}
            </option>
          ))}
          {isAnyBad && <option value="problem">Cannot be used</option>}
        </select>
        <select
          aria-label="Base"
          value={wanted.base ?? ""}
          onChange={(event) => onWanted({ ...wanted, base: event.target.value || null })}
        >
          <option value="">All bases</option>
          {basesOf(entries).map((base) => (
            <option key={base}>{base}</option>
          ))}
        </select>
        <select
          aria-label="Order"
          value={wanted.order}
          onChange={(event) => onWanted({ ...wanted, order: event.target.value as Order })}
        >
          {orders.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}

/** Where the person begins. */
function NoFolders() {
  return (
    <EmptyState
      icon={Box}
      title="No folder of models yet"
      text="Choose the folder where your models are. Those of ComfyUI and A1111 are recognised; nothing in them is changed."
      action={
        <Button
          kind="primary"
          icon={FolderPlus}
          onClick={() => void attempt(addFolder)}
          data-testid="library-add-folder"
        >
          Add a folder
        </Button>
      }
    />
  );
}

function NothingFits({ isEmpty }: { readonly isEmpty: boolean }) {
  return isEmpty ? (
    <EmptyState
      icon={Box}
      title="No models in these folders"
      text="Models are .safetensors files and folders exported to ONNX. Choose another folder, or download one."
    />
  ) : (
    <EmptyState icon={Search} title="No model fits" text="Search looks at names, folders, trained words and hashes." />
  );
}

interface ScanLineProps {
  readonly scan: ScanProgress;
  readonly shown: number;
  readonly count: number;
}

/** How far a scan is, with the button that ends it; else how many models there are. */
function ScanLine({ scan, shown, count }: ScanLineProps) {
  if (scan !== null) {
    return (
      <>
        <Ring value={scan.done === 0 ? null : scan.done / scan.total} size={12} />
        <span role="status">{scan.done === 0 ? "Looking for models" : `${scan.done} of ${scan.total} models`}</span>
        <IconButton
          label="Stop"
          icon={Square}
          size={12}
          side="top"
          onClick={() => void attempt(() => call("library.stopScan", {}))}
        />
      </>
    );
  }
  return (
    <>
      <span role="status" data-testid="model-count">
        {shown === count ? `${count} ${count === 1 ? "model" : "models"}` : `${shown} of ${count} models`}
      </span>
      <IconButton
        label="Scan again"
        icon={RefreshCw}
        size={14}
        side="top"
        onClick={() => void attempt(() => call("library.scan", {}))}
      />
    </>
  );
}
