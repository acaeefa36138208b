import { Download, FolderOpen, Image } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/parts.tsx";
import { type ExportChoice, exportFormats } from "./exportImage.ts";
import styles from "./output.module.css";

interface OutputViewProps {
  /** Addresses of the pictures that the last run left on the node, one for each sample. */
  readonly pictures: readonly string[];
  /** Pixels of each picture. */
  readonly width: number;
  readonly height: number;
  /** Seed and the like, as captions beside the size. */
  readonly caption?: string | undefined;
  /** Files that the last run wrote. */
  readonly files: readonly string[];
  readonly onExport: (index: number, choice: ExportChoice) => void;
  readonly onReveal: (path: string) => void;
}

/** What the last run left on a node: the picture, ways to keep it, files written. */
export function OutputView({ pictures, width, height, caption, files, onExport, onReveal }: OutputViewProps) {
  const [wanted, setWanted] = useState(0);
  const index = Math.min(wanted, pictures.length - 1);
  const shown = pictures[index];
  if (shown === undefined && files.length === 0)
    return <EmptyState icon={Image} title="No output yet" text="What a run leaves on this node appears here." />;
  return (
    <div className={styles.output}>
      {shown !== undefined && (
        <>
          <figure className={styles.figure}>
            <img
              className={width < 192 ? styles.pixels : ""}
              src={shown}
              alt={`Sample ${index + 1} of ${pictures.length}`}
              width={width}
              height={height}
            />
            <figcaption>
              <span>
                {width} × {height} px
              </span>
              <span>{caption}</span>
            </figcaption>
          </figure>
          {pictures.length > 1 && <Samples {...{ pictures, index }} onChoose={setWanted} />}
          <ExportRow onExport={(choice) => onExport(index, choice)} />
        </>
      )}
      {files.length > 0 && <Files {...{ files, onReveal }} />}
    </div>
  );
}

interface SamplesProps {
  readonly pictures: readonly string[];
  readonly index: number;
  readonly onChoose: (index: number) => void;
}

function Samples({ pictures, index, onChoose }: SamplesProps) {
  return (
    <div className={styles.samples} role="tablist" aria-label="Samples">
      {pictures.map((address, place) => (
        <button
          key={address}
          type="button"
          role="tab"
          aria-selected={place === index}
          aria-label={`Sample ${place + 1}`}
          onClick={() => onChoose(place)}
        >
          <img src={address} alt="" />
        </button>
      ))}
    </div>
  );
}

function ExportRow({ onExport }: { readonly onExport: (choice: ExportChoice) => void }) {
  const [choice, setChoice] = useState<ExportChoice>({ format: "png-8", embedWorkflow: true });
  return (
    <div className={styles.export}>
      <label className={styles.format}>
        <span>Format</span>
        <select
          value={choice.format}
          data-testid="export-format"
          onChange={({ target }) => setChoice({ ...choice, format: target.value as ExportChoice["format"] })}
        >
          {exportFormats.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className={styles.embed}>
        <input
          type="checkbox"
          checked={choice.embedWorkflow}
          onChange={({ target }) => setChoice({ ...choice, embedWorkflow: target.checked })}
        />
        Embed the workflow
      </label>
      <Button icon={Download} data-testid="export" onClick={() => onExport(choice)}>
        Export
      </Button>
    </div>
  );
}

type FilesProps = Pick<OutputViewProps, "files" | "onReveal">;

function Files({ files, onReveal }: FilesProps) {
  return (
    <section>
      <h3 className={styles.heading}>Files written</h3>
      <ul className={styles.files}>
        {files.map((path) => (
          <li key={path}>
            <span className="mono" title={path}>
              <bdi>{path}</bdi>
            </span>
            <IconButton label="Show in folder" icon={FolderOpen} size={14} side="left" onClick={() => onReveal(path)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
