import { OctagonAlert } from "lucide-react";
import { applyFix } from "../../state/applyFix.ts";
import { catalogByType } from "../../state/catalog.ts";
import { activeDocument } from "../../state/documents.ts";
import { fixOf } from "../../state/fixes.ts";
import styles from "./card.module.css";

interface FaultProps {
  readonly node: string;
  readonly port: string | null;
  readonly text: string;
}

/** What is wrong with a node, in its body, with the way out as a link where it is obvious. */
export function Fault({ node, port, text }: FaultProps) {
  const workflow = activeDocument()?.workflow;
  const problem = { node, port, severity: "error", message: text } as const;
  const fix = workflow === undefined ? null : fixOf(problem, workflow, catalogByType);
  return (
    <p className={styles.fault} role="alert">
      <OctagonAlert size={14} strokeWidth={2.1} aria-hidden />
      <span>
        {text}
        {fix !== null && (
          <>
            {" "}
            <button type="button" className={`${styles.fix} nodrag`} onClick={() => applyFix(fix)}>
              {fix.label}
            </button>
          </>
        )}
      </span>
    </p>
  );
}
