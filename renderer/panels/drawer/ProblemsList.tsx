import { ChevronRight, CircleAlert, Crosshair, TriangleAlert, WandSparkles } from "lucide-react";
import type { Diagnostic } from "../../../shared/plan.ts";
import type { Fix } from "../../state/fixes.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "./drawer.module.css";

interface ProblemsListProps {
  readonly problems: readonly Diagnostic[];
  /** Shown title of a node. */
  readonly titleOf: (node: string) => string;
  /** Shown name of a node's port or parameter. */
  readonly portOf: (node: string, port: string) => string;
  /** The obvious way out of a problem, if there is one. */
  readonly fixOf: (problem: Diagnostic) => Fix | null;
  readonly onFix: (fix: Fix) => void;
  /** Selects a node, brings it to the middle of the canvas and points at the port. */
  readonly onShow: (node: string, port: string | null) => void;
}

/** What is wrong with a document; a click goes to the node, a button mends what has an obvious way out. */
export function ProblemsList({ problems, ...rest }: ProblemsListProps) {
  if (problems.length === 0) return <p className={styles.none}>No problems</p>;
  return problems.map((problem) => (
    <Row key={`${problem.node} ${problem.port} ${problem.severity} ${problem.message}`} problem={problem} {...rest} />
  ));
}

type RowProps = Omit<ProblemsListProps, "problems"> & { readonly problem: Diagnostic };

function Row({ problem, titleOf, portOf, fixOf, onFix, onShow }: RowProps) {
  const { node, port, severity, message } = problem;
  const Icon = severity === "error" ? CircleAlert : TriangleAlert;
  const fix = fixOf(problem);
  return (
    <div className={styles.problem}>
      <button
        type="button"
        className={styles.problemText}
        disabled={node === null}
        onClick={() => node !== null && onShow(node, port)}
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
      {fix !== null && (
        <Button small icon={WandSparkles} onClick={() => onFix(fix)}>
          {fix.label}
        </Button>
      )}
    </div>
  );
}
