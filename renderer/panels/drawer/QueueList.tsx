import { Clock, X } from "lucide-react";
import type { Job } from "../../../shared/contract.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Ring } from "../../ui/parts.tsx";
import styles from "./drawer.module.css";

interface QueueListProps {
  readonly jobs: readonly Job[];
  /** How far the running job is: 0 to 1, or null while nothing is known. */
  readonly progress: number | null;
  readonly onCancel: (job: string) => void;
}

/** Jobs in the order in which they run. */
export function QueueList({ jobs, progress, onCancel }: QueueListProps) {
  if (jobs.length === 0) return <p className={styles.none}>Nothing is running or waiting</p>;
  return jobs.map(({ id, number, name, state }) => (
    <div key={id} className={styles.job} data-state={state}>
      {state === "running" ? <Ring value={progress} /> : <Clock size={14} strokeWidth={2.1} aria-hidden />}
      <span>{number}</span>
      <b>{name}</b>
      <span>{state === "running" ? <ProgressBar value={progress} /> : "Waiting"}</span>
      <span>{state === "running" && progress !== null ? `${Math.round(100 * progress)}\u2009%` : ""}</span>
      <IconButton
        label={`${state === "running" ? "Stop" : "Cancel"} run ${number}`}
        icon={X}
        size={14}
        side="left"
        onClick={() => onCancel(id)}
      />
    </div>
  ));
}

function ProgressBar({ value }: { readonly value: number | null }) {
  return (
    <div
      className={styles.bar}
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={1}
      {...(value === null ? {} : { "aria-valuenow": value })}
    >
      <i style={{ width: `${100 * (value ?? 0)}%` }} />
    </div>
  );
}
