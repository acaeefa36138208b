import { CircleAlert, CircleCheck } from "lucide-react";
import { formatCount, formatSeconds } from "../../controls/format.ts";
import { type DocumentRun, useRuns } from "../../run/runs.ts";
import { useDocuments } from "../../state/documents.ts";
import { Ring } from "../../ui/parts.tsx";
import { runningNode } from "../drawer/progress.ts";
import { useTitles } from "../titles.ts";
import styles from "./status.module.css";

/** What the last or running job of the document in front came to. */
export function RunState() {
  const activeId = useDocuments((state) => state.activeId);
  const run = useRuns(({ byDocument }) => (activeId === null ? undefined : byDocument[activeId]));
  const engine = useRuns((state) => state.engine);
  if (run === undefined) {
    return engine.state === "stopped" ? <Failure text={engine.reason ?? "The engine stopped"} /> : null;
  }
  switch (run.state) {
    case "running":
      return <Progress run={run} />;
    case "stopped":
      return <span>Stopped</span>;
    case "failed":
      return <Failed run={run} />;
    case "done":
      return <Finished run={run} />;
  }
}

interface RunProps {
  readonly run: DocumentRun;
}

function Progress({ run }: RunProps) {
  const { titleOf } = useTitles();
  const node = runningNode(run);
  const isCounted = node !== null && node.steps > 0;
  const where = node === null ? "Starting" : titleOf(node.id);
  return (
    <span className={styles.main}>
      <Ring value={isCounted ? node.step / node.steps : null} />
      {isCounted ? `${where}, step ${node.step} of ${node.steps}` : where}
    </span>
  );
}

function Finished({ run: { done } }: RunProps) {
  if (done === null) return null;
  return (
    <>
      <span className={`${styles.main} ${styles.done}`}>
        <CircleCheck size={14} strokeWidth={2.1} aria-hidden />
        Finished in {formatSeconds((done.wallMs + done.loadMs) / 1000)}
      </span>
      <span className={styles.quiet}>
        {done.nfe === 0
          ? "0 evaluations"
          : `${formatCount(done.nfe)} evaluations in ${formatCount(done.runs)} ${done.runs === 1 ? "call" : "calls"}`}
      </span>
    </>
  );
}

function Failed({ run }: RunProps) {
  const { titleOf } = useTitles();
  const node = Object.entries(run.nodes).find(([, { state }]) => state === "error");
  return <Failure text={run.message ?? (node === undefined ? "Failed" : `Stopped at ${titleOf(node[0])}`)} />;
}

function Failure({ text }: { readonly text: string }) {
  return (
    <span className={styles.failed} title={text}>
      <CircleAlert size={14} strokeWidth={2.1} aria-hidden />
      {text}
    </span>
  );
}
