import { ChevronRight, CircleAlert, Crosshair, TriangleAlert } from "lucide-react";
import type { Diagnostic } from "../../../shared/plan.ts";
import styles from "./drawer.module.css";

interface ProblemsListProps {
  readonly problems: readonly Diagnostic[];
  /** Shown title of a node. */
  readonly titleOf: (node: string) => string;
  /** Shown name of a node's port or parameter. */
  readonly portOf: (node: string, port: string) => string;
  /** Selects a node and brings it to the middle of the canvas. */
  readonly onShow: (node: string) => void;
}

/** What is wrong with a document; a click goes to the node. */
export function ProblemsList({ problems, titleOf, portOf, onShow }: ProblemsListProps) {
  if (problems.length === 0) return <p className={styles.none}>No problems</p>;
  return problems.map((problem) => {
    const { node, port, severity, message } = problem;
    const Icon = severity === "error" ? CircleAlert : TriangleAlert;
    return (
      <button
        key={`${node} ${port} ${severity} ${message}`}
        type="button"
        className={styles.problem}
        disabled={node === null}
        onClick={() => node !== null && onShow(node)}
      >
        <Icon size={16} className={styles[severity]} aria-label={severity === "error" ? "Error" : "Warning"} />
        <b>
          {node === null ? "Workflow" : titleOf(node)}
          {node !== null && port !== null && (
            <>
              <ChevronRight size={12} aria-hidden="true" />
              {portOf(node, port)}
            </>
          )}
        </b>
        <p>{message}</p>
        {node !== null && <Crosshair size={16} aria-hidden="true" />}
      </button>
    );
  });
}
