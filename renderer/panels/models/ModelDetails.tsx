import { Copy, Fingerprint, Plus, TriangleAlert, X } from "lucide-react";
import { useState } from "react";
import { type LibraryEntry, shortHash, useOf as useOfModel } from "../../../shared/library.ts";
import { call } from "../../state/bridge.ts";
import { attempt } from "../../state/files.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { showToast } from "../../ui/toasts.ts";
import { Picture } from "./ModelList.tsx";
import { kindLooks, shownBytes } from "./modelLooks.ts";
import styles from "./models.module.css";

async function copy(text: string, what: string): Promise<void> {
  await attempt(async () => {
    await navigator.clipboard.writeText(text);
    showToast({ kind: "ok", text: `${what} copied.` });
  });
}

interface ModelDetailsProps {
  readonly model: LibraryEntry;
  readonly onAdd: (model: LibraryEntry) => void;
  readonly onClose: () => void;
}

/** What is known of one model. */
export function ModelDetails({ model, onAdd, onClose }: ModelDetailsProps) {
  const { name, kind, base, title, reason, bytes, precision, path, words, problem, hasPreview } = model;
  const facts = [kindLooks[kind].one, base, precision, shownBytes(bytes)].filter((fact) => fact !== "");
  return (
    <section className={styles.details} aria-label={`Details of ${name}`} data-testid="model-details">
      <header>
        <h3>{name}</h3>
        <IconButton label="Close details" icon={X} size={14} onClick={onClose} />
      </header>
      {hasPreview && <Picture model={model} className={styles.large} />}
      <p className={styles.facts}>{facts.join(" · ")}</p>
      {problem !== null && (
        <p className={styles.problem}>
          <TriangleAlert size={14} strokeWidth={2.1} aria-hidden />
          {problem}
        </p>
      )}
      {title !== "" && <p title={reason}>{title}</p>}
      {reason !== "" && <p className={styles.reason}>{reason}</p>}
      {words.length > 0 && <Words words={words} />}
      <p className={styles.line}>
        <span className="mono" title={path}>
          {path}
        </span>
        <IconButton label="Copy path" icon={Copy} size={12} onClick={() => void copy(path, "Path")} />
      </p>
      {kind !== "onnx" && <Hash model={model} />}
      {useOfModel(model) !== null && (
        <Button small icon={Plus} onClick={() => onAdd(model)} data-testid="add-model">
          Add to canvas
        </Button>
      )}
    </section>
  );
}

function Words({ words }: { readonly words: readonly string[] }) {
  return (
    <fieldset className={styles.words} aria-label="Trained words">
      {words.map((word) => (
        <button
          key={word}
          type="button"
          title={`Copy “${word}”`}
          onClick={() => void copy(word, `“${word}”`)}
          data-testid={`word-${word}`}
        >
          {word}
        </button>
      ))}
    </fieldset>
  );
}

/** The hash in the short form that people know, or the button that computes it. */
function Hash({ model: { id, sha256, isHashStated } }: { readonly model: LibraryEntry }) {
  const [isRunning, setRunning] = useState(false);
  const compute = async () => {
    setRunning(true);
    await attempt(() => call("library.hash", { id }));
    setRunning(false);
  };
  return (
    <p className={styles.line}>
      {sha256 === null ? (
        <Button small kind="ghost" icon={Fingerprint} disabled={isRunning} onClick={() => void compute()}>
          {isRunning ? "Computing hash" : "Compute hash"}
        </Button>
      ) : (
        <>
          <span className="mono" title={`SHA-256 ${sha256}`} data-testid="model-hash">
            {shortHash(sha256)}
          </span>
          {isHashStated && <small>as its side file says</small>}
          <IconButton label="Copy SHA-256" icon={Copy} size={12} onClick={() => void copy(sha256, "SHA-256")} />
        </>
      )}
    </p>
  );
}
