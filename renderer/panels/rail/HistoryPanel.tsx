import { useEffect, useRef } from "react";
import { travelTo, useActive } from "../../state/documents.ts";
import type { Entry } from "../../state/history.ts";
import styles from "./rail.module.css";

const none: readonly Entry[] = [];

/** Every step of the document in front, oldest first; a click goes back or forth to it. */
export function HistoryPanel() {
  const undo = useActive((document) => document.undo) ?? none;
  const redo = useActive((document) => document.redo) ?? none;
  const name = useActive((document) => document.name);
  const current = useRef<HTMLButtonElement>(null);
  useEffect(() => current.current?.scrollIntoView({ block: "nearest" }), [undo.length]);
  if (name === undefined) return <p className={styles.empty}>No workflow is open.</p>;
  const labels = ["As opened", ...undo.map(({ label }) => label), ...[...redo].reverse().map(({ label }) => label)];
  return (
    <ol className={`${styles.scroll} ${styles.steps}`} aria-label={`Steps of ${name}`} data-testid="history">
      {labels.map((label, index) => (
        <li key={index}>
          <button
            type="button"
            className={styles.step}
            ref={index === undo.length ? current : null}
            aria-current={index === undo.length ? "step" : undefined}
            data-undone={index > undo.length}
            onClick={() => travelTo(index)}
          >
            {label}
          </button>
        </li>
      ))}
    </ol>
  );
}
